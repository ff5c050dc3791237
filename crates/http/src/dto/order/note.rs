//! The body of `POST /orders/{id}/notes`.

use orderbase_orders::Note;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::extract::{Faults, FromJson};

/// A remark on an order. It may have several lines; line feeds and tabs are its only control characters.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddNote)]
pub struct AddNoteBody {
    #[validate(length(min = wide(Note::MIN), max = wide(Note::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub text: String,
}

impl FromJson for AddNoteBody {
    type Valid = Note;

    fn validate(self, faults: &mut Faults) -> Option<Note> {
        let bounds = bounds::of(&self);
        let Self { text } = self;
        let note = faults.read("text", Note::parse(&text));
        faults.complete(bounds);
        note
    }
}
