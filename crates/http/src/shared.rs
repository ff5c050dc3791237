//! What all requests of a process share: the application once it stands, options, admission, prebuilt values.

use std::sync::{Arc, OnceLock};

use actix_web::{HttpRequest, web};
use orderbase_application::App;

use crate::lifecycle::Lifecycle;
use crate::middleware::Admission;
use crate::options::HttpOptions;

/// One per process. Everything but probes is refused until [`Shared::start`].
pub struct Shared {
    pub options: HttpOptions,
    pub lifecycle: Lifecycle,
    pub(crate) admission: Admission,
    app: OnceLock<Arc<App>>,
}

impl Shared {
    /// A process that does not serve yet.
    pub fn starting(options: HttpOptions) -> Arc<Self> {
        let admission = Admission::new(&options);
        Arc::new(Self { options, lifecycle: Lifecycle::default(), admission, app: OnceLock::new() })
    }

    /// A process that serves.
    pub fn serving(options: HttpOptions, app: App) -> Arc<Self> {
        let shared = Self::starting(options);
        shared.start(app);
        shared
    }

    /// From now on requests are served. A second call changes nothing.
    pub fn start(&self, app: App) {
        self.app.get_or_init(|| Arc::new(app));
    }

    pub fn app(&self) -> Option<&Arc<App>> {
        self.app.get()
    }

    /// What the app was configured with.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Arc<Self>> {
        request.app_data::<web::Data<Self>>().map(|data| &**data)
    }
}
