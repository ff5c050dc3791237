//! What the commands on something that exists have in common: load, decide, commit, and again if another was faster.
//!
//! The aggregate decides; nothing here looks at its state but for its version.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, Envelope, Patch, Timestamp, Version};
use orderbase_orders::{Metadata, MetadataPatch};

use crate::app::App;
use crate::changeset::{Aggregate, Change, Changeset, Require};
use crate::conditions::{Conditions, Done, IfMatch};
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::ports::{StorageError, Turn};
use crate::write::{self, ATTEMPTS_MAX, Commit, Verdict};

/// An aggregate that commands change one event at a time.
#[async_trait]
pub(crate) trait Changeable: Into<Aggregate> + Clone + Send + Sync + Sized {
    type Id: Copy + Send + Sync;
    type Event: Send + Sync;
    type Refusal: Into<Error>;

    /// What is said where there is none.
    const MISSING: Missing;

    fn reference(id: Self::Id) -> AggregateRef;

    async fn load(app: &App, scope: Scope, id: Self::Id) -> Result<Option<Self>, StorageError>;

    fn present_version(&self) -> Version;

    /// The row of the event that led to the present state.
    fn envelope(&self, app: &App, ctx: &Ctx, event: &Self::Event) -> Result<Envelope, Error>;
}

/// A command on an aggregate: how it is decided, what must hold meanwhile, and what is answered.
pub(crate) struct AggregateChange<T: Changeable, D, A> {
    pub id: T::Id,
    pub decide: D,
    /// A precondition that hangs on what was loaded.
    pub require: fn(&T) -> Option<Require>,
    pub answer: A,
}

impl<T: Changeable, D, A> AggregateChange<T, D, A> {
    /// Runs the command under the conditions. `answer` gets the envelope when the command had an effect.
    pub async fn run<V>(self, app: &App, ctx: &Ctx, conditions: Conditions<V>) -> Result<Done<V>, Error>
    where
        D: Fn(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: Fn(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let verdict = self.verdict(app, ctx, &conditions).await;
        write::settle(app, ctx, conditions.once.as_ref(), verdict).await
    }

    async fn verdict<V>(&self, app: &App, ctx: &Ctx, conditions: &Conditions<V>) -> Verdict<V>
    where
        D: Fn(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: Fn(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let mut turn = Turn::default();
        for _ in 0..ATTEMPTS_MAX {
            // Under the versions of If-Match a lost race is lost: there is nothing to wait for.
            if !matches!(conditions.if_match, IfMatch::Versions(_)) {
                app.commits.turn(ctx.scope(), T::reference(self.id), &mut turn).await;
            }
            let (changeset, view) = match self.decided(app, ctx, conditions).await {
                Ok(Decided::Effect(changeset, view)) => (*changeset, view),
                Ok(Decided::Nothing(view)) => return Verdict::Unmet(Ok(view)),
                Err(error) => return Verdict::Unmet(Err(error)),
            };
            match write::commit(app, ctx, changeset, view, conditions.once.as_ref()).await {
                Ok(Commit::Done(done)) => return Verdict::Met(Ok(done)),
                Ok(Commit::Refused(error)) | Err(error) => return Verdict::Met(Err(error)),
                // The next round reads the present version; under If-Match it ends there as a conflict.
                Ok(Commit::Stale | Commit::NumberTaken) => {}
            }
        }
        Verdict::Met(Err(Error::WriteConflict))
    }

    async fn decided<V>(&self, app: &App, ctx: &Ctx, conditions: &Conditions<V>) -> Result<Decided<V>, Error>
    where
        D: Fn(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: Fn(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let mut aggregate = T::load(app, ctx.scope(), self.id).await?.ok_or(Error::NotFound(T::MISSING))?;
        let read = aggregate.present_version();
        conditions.if_match.check(read)?;

        let Some(event) = (self.decide)(&mut aggregate, app.clock.now()).map_err(Into::into)? else {
            return Ok(Decided::Nothing((self.answer)(&aggregate, None)?));
        };

        let envelope = aggregate.envelope(app, ctx, &event)?;
        let view = (self.answer)(&aggregate, Some(&envelope))?;
        let mut changeset = Changeset::new();
        if let Some(require) = (self.require)(&aggregate) {
            changeset = changeset.require(require);
        }
        let changeset = changeset.change(Change::update(aggregate, read, envelope)?);
        Ok(Decided::Effect(Box::new(changeset), view))
    }
}

enum Decided<V> {
    Effect(Box<Changeset>, V),
    Nothing(V),
}

/// A patch of metadata as the domain takes it: to remove the whole is to remove every key.
pub(crate) fn whole_or_parts(patch: Patch<MetadataPatch>, present: &Metadata) -> Option<MetadataPatch> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(MetadataPatch::removing_all(present)),
        Patch::Set(patch) => Some(patch),
    }
}

/// For commands whose precondition is the state of the aggregate alone.
pub(crate) fn nothing_else<T>(_: &T) -> Option<Require> {
    None
}
