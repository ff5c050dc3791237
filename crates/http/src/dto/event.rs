//! What happened, as it is told.

use std::borrow::Cow;

use orderbase_application::views::EventView;
use orderbase_kernel::{Actor, AggregateRef, EventId, TenantId, Timestamp, Uuid};
use serde::Serialize;
use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::page::list_body;
use super::shown::{Rows, Shown, Verbatim};
use crate::respond::Body;

/// Something that happened to an order.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<EventId>,
    /// `order.created`, `order.confirmed` and so on; more types may come.
    #[schema(max_length = 64, pattern = r"^[a-z_]+\.[a-z_]+$")]
    pub r#type: &'a str,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub timestamp: Shown<Timestamp>,
    /// The version of the API whose form `data` has.
    #[schema(max_length = 2)]
    pub api_version: &'static str,
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub tenant_id: Shown<TenantId>,
    pub aggregate: AggregateBody,
    /// The aggregate's version after the event: 1, 2, 3 without gap.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub sequence: u64,
    pub actor: ActorBody,
    #[schema(max_length = 128)]
    pub request_id: String,
    /// The state after the event, without names, emails and note texts.
    #[schema(value_type = EventData)]
    pub data: Verbatim<'a>,
    /// What a person wrote, such as the text of a note. Erasing the customer removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = EventPersonal)]
    pub personal: Option<Verbatim<'a>>,
}

/// What an event speaks of.
#[derive(Serialize, ToSchema)]
#[schema(as = Aggregate)]
pub struct AggregateBody {
    #[schema(max_length = 32)]
    pub r#type: &'static str,
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<Uuid>,
}

/// Who did it: a user, an API key, a job of the system or an operator of the platform.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorBody {
    #[schema(max_length = 32)]
    pub r#type: &'static str,
    /// The id of a user or key, the name of a job or operator.
    #[schema(max_length = 200)]
    pub id: String,
}

/// The state after an event, which is passed on as text. Its members depend on the event's type, and more may come.
pub struct EventData;

impl PartialSchema for EventData {
    fn schema() -> RefOr<Schema> {
        let version =
            ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(9_007_199_254_740_991_i64));
        let id =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        ObjectBuilder::new()
            .description(Some("The state after the event. Its members depend on the event's type, and more may come."))
            .property("id", id.min_length(Some(36)).max_length(Some(36)))
            .property("version", version)
            .required("id")
            .required("version")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
            .into()
    }
}

impl ToSchema for EventData {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventData")
    }
}

/// The texts that people wrote.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is passed on as text")]
pub struct EventPersonal {
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    note: Option<String>,
}

impl From<&Actor> for ActorBody {
    fn from(actor: &Actor) -> Self {
        Self { r#type: actor.kind(), id: actor.id() }
    }
}

impl Body for EventBody<'_> {
    fn size_hint(&self) -> usize {
        768 + self.data.0.len() + self.personal.map_or(0, |personal| personal.0.len())
    }
}

impl<'a> From<&'a EventView> for EventBody<'a> {
    fn from(event: &'a EventView) -> Self {
        let EventView {
            id,
            tenant_id,
            aggregate: AggregateRef { kind, id: aggregate_id },
            sequence,
            event_type,
            schema_version: _,
            occurred_at,
            actor,
            request_id,
            data,
            personal,
            imported: _,
        } = event;
        Self {
            id: Shown(*id),
            r#type: event_type,
            timestamp: Shown(*occurred_at),
            api_version: "1",
            tenant_id: Shown(*tenant_id),
            aggregate: AggregateBody { r#type: kind.as_str(), id: Shown(*aggregate_id) },
            sequence: sequence.get(),
            actor: actor.into(),
            request_id: request_id.to_string(),
            data: Verbatim(data),
            personal: personal.as_deref().map(Verbatim),
        }
    }
}

type EventRows<'a> = Rows<'a, EventView, EventBody<'a>>;

list_body! {
    /// A page of an order's events, the first event first.
    EventListBody as EventList, rows EventRows as EventBody of EventView
}

impl Body for EventListBody<'_> {
    fn size_hint(&self) -> usize {
        let texts = |event: &EventView| event.data.len() + event.personal.as_ref().map_or(0, String::len);
        256 + self.data.rows.iter().map(|event| 768 + texts(event)).sum::<usize>()
    }
}
