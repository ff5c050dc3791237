//! What all requests of a process share: the application once it stands, options, admission, prebuilt values.

use std::sync::{Arc, OnceLock};

use actix_web::{HttpRequest, web};
use orderbase_application::ports::{Clock, Ids};
use orderbase_application::{App, Code};
use orderbase_kernel::RequestId;

use crate::extract::Known;
use crate::lifecycle::Lifecycle;
use crate::middleware::Admission;
use crate::options::HttpOptions;
use crate::problem::{Member, Problem};

/// One per process. Everything but probes is refused until [`Shared::start`].
pub struct Shared {
    pub options: HttpOptions,
    pub lifecycle: Lifecycle,
    pub(crate) admission: Admission,
    pub(crate) known: Known,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    app: OnceLock<Arc<App>>,
}

impl Shared {
    /// A process that does not serve yet.
    pub fn starting(options: HttpOptions, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Arc<Self> {
        let admission = Admission::new(&options);
        Arc::new(Self {
            options,
            lifecycle: Lifecycle::default(),
            admission,
            known: Known::default(),
            clock,
            ids,
            app: OnceLock::new(),
        })
    }

    /// A process that serves.
    pub fn serving(options: HttpOptions, app: App) -> Arc<Self> {
        let shared = Self::starting(options, Arc::clone(&app.clock), Arc::clone(&app.ids));
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

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// # Errors
    /// `dependency_unavailable` while the process starts.
    pub(crate) fn started_app(&self) -> Result<&Arc<App>, Problem> {
        self.app().ok_or_else(|| {
            let problem = Problem::new(Code::DependencyUnavailable).detail("The server is starting.");
            match self.lifecycle.phase().map(serde_json::to_value) {
                Some(Ok(phase)) => problem.member(Member::Phase, phase),
                _ => problem,
            }
        })
    }

    /// A new id for a request that came without a good one.
    pub(crate) fn request_id(&self) -> RequestId {
        RequestId::from_uuid(self.ids.next(self.clock.now()))
    }

    /// What the app was configured with.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Arc<Self>> {
        request.app_data::<web::Data<Self>>().map(|data| &**data)
    }
}
