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
    /// Runs once per attempt; what it notes outside of itself has to stand repeating.
    pub decide: D,
    /// A precondition that hangs on what was loaded.
    pub require: fn(&T) -> Option<Require>,
    pub answer: A,
}

/// A command that had an effect, for what else goes into its changeset.
pub(crate) struct Effect<'a, T: Changeable> {
    pub before: &'a T,
    pub event: &'a T::Event,
}

/// Adds to the changeset of a command: requires that hang on the event, records, rows of the audit log.
type Beside<'a, 'f, T> = &'a mut (dyn FnMut(Effect<'_, T>, Changeset) -> Changeset + Send + 'f);

impl<T: Changeable, D, A> AggregateChange<T, D, A> {
    /// Runs the command under the conditions. `answer` gets the envelope when the command had an effect.
    pub async fn run<V>(self, app: &App, ctx: &Ctx, conditions: Conditions<V>) -> Result<Done<V>, Error>
    where
        D: FnMut(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: FnMut(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        self.run_all(app, ctx, conditions, None).await
    }

    /// As [`Self::run`], with more in the changeset than the change. `beside` is asked only when the command had an effect.
    pub async fn run_with<V>(
        self,
        app: &App,
        ctx: &Ctx,
        conditions: Conditions<V>,
        mut beside: impl FnMut(Effect<'_, T>, Changeset) -> Changeset + Send,
    ) -> Result<Done<V>, Error>
    where
        D: FnMut(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: FnMut(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        self.run_all(app, ctx, conditions, Some(&mut beside)).await
    }

    async fn run_all<V>(
        mut self,
        app: &App,
        ctx: &Ctx,
        conditions: Conditions<V>,
        beside: Option<Beside<'_, '_, T>>,
    ) -> Result<Done<V>, Error>
    where
        D: FnMut(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: FnMut(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let verdict = self.verdict(app, ctx, &conditions, beside).await;
        write::settle(app, ctx, conditions.once.as_ref(), verdict).await
    }

    async fn verdict<V>(
        &mut self,
        app: &App,
        ctx: &Ctx,
        conditions: &Conditions<V>,
        mut beside: Option<Beside<'_, '_, T>>,
    ) -> Verdict<V>
    where
        D: FnMut(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: FnMut(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let mut turn = Turn::default();
        for _ in 0..ATTEMPTS_MAX {
            // Under the versions of If-Match a lost race is lost: there is nothing to wait for.
            if !matches!(conditions.if_match, IfMatch::Versions(_)) {
                app.commits.turn(ctx.scope(), T::reference(self.id), &mut turn).await;
            }
            let (changeset, view) = match self.decided(app, ctx, conditions, beside.as_deref_mut()).await {
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

    async fn decided<V>(
        &mut self,
        app: &App,
        ctx: &Ctx,
        conditions: &Conditions<V>,
        beside: Option<Beside<'_, '_, T>>,
    ) -> Result<Decided<V>, Error>
    where
        D: FnMut(&mut T, Timestamp) -> Result<Option<T::Event>, T::Refusal>,
        A: FnMut(&T, Option<&Envelope>) -> Result<V, Error>,
    {
        let mut aggregate = T::load(app, ctx.scope(), self.id).await?.ok_or(Error::NotFound(T::MISSING))?;
        let read = aggregate.present_version();
        conditions.if_match.check(read)?;

        let before = beside.is_some().then(|| aggregate.clone());
        let Some(event) = (self.decide)(&mut aggregate, app.clock.now()).map_err(Into::into)? else {
            return Ok(Decided::Nothing((self.answer)(&aggregate, None)?));
        };

        let envelope = aggregate.envelope(app, ctx, &event)?;
        let view = (self.answer)(&aggregate, Some(&envelope))?;
        let mut changeset = Changeset::new();
        if let Some(require) = (self.require)(&aggregate) {
            changeset = changeset.require(require);
        }
        if let Some((beside, before)) = beside.zip(before.as_ref()) {
            changeset = beside(Effect { before, event: &event }, changeset);
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
