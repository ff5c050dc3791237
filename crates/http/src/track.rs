//! What is noted of one request on its way, for its access line and its problem body. It holds no input but ids.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use actix_web::{HttpMessage as _, HttpRequest};
use orderbase_application::Code;
use orderbase_application::rates::{PerPolicy, RateRule, Standing};
use orderbase_kernel::{RequestId, TenantId};
use uuid::Uuid;

use crate::route::Route;
use crate::version::Resolved;

/// What a request found in its buckets.
#[derive(Clone, Copy, Debug)]
pub struct Rated {
    pub rules: PerPolicy<RateRule>,
    pub standings: PerPolicy<Standing>,
}

/// Notes on one request. Lives in the request's extensions.
pub struct Track {
    pub request_id: RequestId,
    pub started: Instant,
    /// The version that was asked for, and where that leads.
    pub(crate) resolved: Resolved,
    pub route: Cell<Option<&'static Route>>,
    /// The tenant, unless it is an operator; the kind of caller and its id.
    pub caller: OnceCell<(Option<TenantId>, &'static str, Uuid)>,
    /// Set once the limiter was asked, whatever it said.
    pub rated: Cell<Option<Rated>>,
    pub code: Cell<Option<Code>>,
    /// Why it failed, from the outermost error to the innermost; for the log alone.
    pub chain: RefCell<Option<String>>,
    pub body_bytes: Cell<usize>,
}

impl Track {
    pub(crate) fn new(request_id: RequestId, resolved: Resolved) -> Self {
        Self {
            request_id,
            started: Instant::now(),
            resolved,
            route: Cell::new(None),
            caller: OnceCell::new(),
            rated: Cell::new(None),
            code: Cell::new(None),
            chain: RefCell::new(None),
            body_bytes: Cell::new(0),
        }
    }

    /// The notes of a request; fresh ones under the nil id if it never met the envelope.
    pub fn of(request: &HttpRequest) -> Rc<Self> {
        let found = request.extensions().get::<Rc<Self>>().cloned();
        found.unwrap_or_else(|| Rc::new(Self::new(RequestId::from_uuid(Uuid::nil()), Resolved::default())))
    }
}
