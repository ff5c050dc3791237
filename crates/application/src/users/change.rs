//! How a user is loaded and recorded when a command changes it: with the password beside it, for some commands kill its tokens.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, Envelope, UserId, Version};
use orderbase_tenancy::{User, UserEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable, Effect};
use crate::changeset::{Aggregate, Changeset, Quota, Record, Require};
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::ports::{Account, StorageError};
use crate::write::quota_max;

/// A command on a user.
pub(crate) type AccountChange<D, A> = AggregateChange<Account, D, A>;

impl From<Account> for Aggregate {
    fn from(account: Account) -> Self {
        account.user.into()
    }
}

#[async_trait]
impl Changeable for Account {
    type Id = UserId;
    type Event = UserEvent;
    /// Invitations are users too, and refuse in words of their own.
    type Refusal = Error;

    const MISSING: Missing = Missing::User;

    fn reference(id: UserId) -> AggregateRef {
        AggregateRef::new(AggregateType::User, id.uuid())
    }

    async fn load(app: &App, scope: Scope, id: UserId) -> Result<Option<Self>, StorageError> {
        app.accounts.account(scope, id).await
    }

    fn present_version(&self) -> Version {
        self.user.version()
    }

    fn envelope(&self, app: &App, ctx: &Ctx, event: &UserEvent) -> Result<Envelope, Error> {
        events::of_user(app, ctx, &self.user, event)
    }
}

/// Answers with the user as it stands.
pub(crate) fn as_user(account: &Account, _: Option<&Envelope>) -> Result<User, Error> {
    Ok(account.user.clone())
}

/// The seat that somebody takes who is let in.
pub(crate) fn one_more_seat(ctx: &Ctx) -> Require {
    Require::Below { quota: Quota::Users, max: quota_max(&ctx.limits(), Quota::Users), add: 1 }
}

/// An owner that goes leaves another one behind, decided under lock.
pub(super) fn another_owner(effect: &Effect<'_, Account>, changeset: Changeset) -> Changeset {
    let user = &effect.before.user;
    if user.takes_an_owner(effect.event) {
        changeset.require(Require::AnotherActiveOwner(user.id()))
    } else {
        changeset
    }
}

/// What goes with somebody who is disabled: sessions, tokens, tickets.
pub(crate) fn disabled_beside(effect: &Effect<'_, Account>, changeset: Changeset) -> Changeset {
    let (user_id, at) = (effect.before.user.id(), effect.event.occurred_at);
    let changeset = another_owner(effect, changeset)
        .record(Record::EndSessions { user_id, but: None, at })
        .record(Record::VoidTickets { user_id });
    match &effect.before.credential {
        Some(before) => {
            let credential = before.with_tokens_dead(at);
            changeset.record(Record::Credential { credential, read: Some(before.version) })
        }
        None => changeset,
    }
}
