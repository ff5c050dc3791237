//! Listens to spans and events and puts lines into the queue. It holds no lock while it renders but those of the spans it reads.

use orderbase_application::ports::Clock;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::fields::Fields;
use super::line::{Head, Rendering};
use super::queue::Queue;
use crate::system::SystemClock;

/// A layer of a subscriber with a registry.
pub struct LogLayer {
    queue: Queue,
    rendering: Rendering,
}

impl LogLayer {
    pub(super) fn new(queue: Queue, rendering: Rendering) -> Self {
        Self { queue, rendering }
    }

    fn line(&self, event: &Event<'_>, own: &Fields, outer: &[&Fields]) -> String {
        let metadata = event.metadata();
        let head = Head {
            at: SystemClock.now(),
            level: *metadata.level(),
            target: own.target.as_deref().unwrap_or(metadata.target()),
            message: own.get("message").unwrap_or("\"\""),
        };
        let mut scopes = Vec::with_capacity(outer.len() + 1);
        scopes.extend_from_slice(outer);
        scopes.push(own);
        self.rendering.line(&head, &scopes)
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);

        let spans: Vec<_> = context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()).collect();
        let extensions: Vec<_> = spans.iter().map(|span| span.extensions()).collect();
        let outer: Vec<&Fields> = extensions.iter().filter_map(|extensions| extensions.get()).collect();

        self.queue.offer(self.line(event, &own, &outer));
    }
}
