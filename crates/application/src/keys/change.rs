//! How an API key is loaded and recorded when a command changes it.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, ApiKeyId, Envelope, Version};
use orderbase_tenancy::{ApiKey, ApiKeyError, ApiKeyEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable};
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::ports::StorageError;

/// A command on a key.
pub(super) type KeyChange<D, A> = AggregateChange<ApiKey, D, A>;

#[async_trait]
impl Changeable for ApiKey {
    type Id = ApiKeyId;
    type Event = ApiKeyEvent;
    type Refusal = ApiKeyError;

    const MISSING: Missing = Missing::ApiKey;

    fn reference(id: ApiKeyId) -> AggregateRef {
        AggregateRef::new(AggregateType::ApiKey, id.uuid())
    }

    async fn load(app: &App, scope: Scope, id: ApiKeyId) -> Result<Option<Self>, StorageError> {
        app.aggregates.api_key(scope, id).await
    }

    fn present_version(&self) -> Version {
        self.version()
    }

    fn envelope(&self, app: &App, ctx: &Ctx, event: &ApiKeyEvent) -> Result<Envelope, Error> {
        events::of_api_key(app, ctx, self, event)
    }
}
