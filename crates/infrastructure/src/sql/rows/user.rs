//! Users and their passwords as rows, there and back.

use orderbase_application::changeset::{Credential, PasswordHash};
use orderbase_application::ports::{Account, StorageError};
use orderbase_kernel::{AggregateType, Corrupt, Email, Name, TenantId, UserId};
use orderbase_tenancy::{Role, User, UserParts, UserStatus};
use sea_orm::ActiveValue::{NotSet, Set};
use uuid::Uuid;

use super::{Cells, Stored, written};
use crate::sql::entity::{user_credentials, users};

/// In the order of [`UserRow::read`].
pub(in crate::sql) const COLUMNS: [users::Column; 10] = [
    users::Column::TenantId,
    users::Column::Id,
    users::Column::Email,
    users::Column::Name,
    users::Column::Role,
    users::Column::Status,
    users::Column::JoinedAt,
    users::Column::CreatedAt,
    users::Column::UpdatedAt,
    users::Column::Version,
];

/// In the order of [`credential`]; all empty where there is no password.
pub(in crate::sql) const CREDENTIAL_COLUMNS: [user_credentials::Column; 4] = [
    user_credentials::Column::Phc,
    user_credentials::Column::Epoch,
    user_credentials::Column::ChangedAt,
    user_credentials::Column::Version,
];

pub(in crate::sql) struct UserRow {
    tenant_id: Uuid,
    id: Uuid,
    email: String,
    name: Option<String>,
    role: String,
    status: String,
    joined_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl UserRow {
    pub fn read(cells: &mut Cells<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            tenant_id: cells.take()?,
            id: cells.take()?,
            email: cells.take()?,
            name: cells.take()?,
            role: cells.take()?,
            status: cells.take()?,
            joined_at: cells.take()?,
            created_at: cells.take()?,
            updated_at: cells.take()?,
            version: cells.take()?,
        })
    }
}

impl TryFrom<UserRow> for User {
    type Error = Corrupt;

    fn try_from(row: UserRow) -> Result<Self, Corrupt> {
        let stored = Stored { kind: AggregateType::User, id: row.id };
        Self::rehydrate(UserParts {
            id: UserId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            email: stored.value(Email::parse(&row.email), "the e-mail is one")?,
            name: stored.optional(row.name.as_deref(), Name::parse, "the name has 1 to 200 characters")?,
            role: stored.value(Role::parse(&row.role), "the role is one of the four")?,
            status: stored.value(UserStatus::parse(&row.status), "the status is one of the three")?,
            joined_at: stored.instant_if(row.joined_at)?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            version: stored.version(row.version)?,
        })
    }
}

/// A user and, behind it, the password if there is one.
pub(in crate::sql) fn account(cells: &mut Cells<'_>) -> Result<Account, StorageError> {
    let user = User::try_from(UserRow::read(cells)?)?;
    let credential = credential(cells, user.id())?;
    Ok(Account { user, credential })
}

/// The same where a join may have found no user.
pub(in crate::sql) fn account_if(cells: &mut Cells<'_>) -> Result<Option<Account>, StorageError> {
    let none = cells.is_null::<Uuid>()?;
    if none {
        cells.skip(COLUMNS.len() + CREDENTIAL_COLUMNS.len());
        return Ok(None);
    }
    account(cells).map(Some)
}

fn credential(cells: &mut Cells<'_>, user_id: UserId) -> Result<Option<Credential>, StorageError> {
    let phc: Option<String> = cells.take()?;
    let (epoch, changed_at, version): (Option<i64>, Option<i64>, Option<i64>) =
        (cells.take()?, cells.take()?, cells.take()?);
    let (Some(phc), Some(epoch), Some(changed_at), Some(version)) = (phc, epoch, changed_at, version) else {
        return Ok(None);
    };
    let stored = Stored { kind: AggregateType::User, id: user_id.uuid() };
    Ok(Some(Credential {
        user_id,
        phc: PasswordHash::from_phc(phc),
        epoch: u32::try_from(epoch).map_err(|_| stored.corrupt("an epoch has 32 bits"))?,
        changed_at: stored.instant(changed_at)?,
        version: stored.version(version)?,
    }))
}

pub(in crate::sql) fn row(user: &User) -> users::ActiveModel {
    users::ActiveModel {
        tenant_id: Set(user.tenant_id().uuid()),
        id: Set(user.id().uuid()),
        email: Set(user.email().as_str().to_owned()),
        created_at: Set(user.created_at().millis()),
        ..changed_row(user)
    }
}

/// What commands may change of a user.
pub(in crate::sql) fn changed_row(user: &User) -> users::ActiveModel {
    users::ActiveModel {
        tenant_id: NotSet,
        id: NotSet,
        email: NotSet,
        created_at: NotSet,
        name: Set(user.name().map(|name| name.as_str().to_owned())),
        role: Set(user.role().as_str().to_owned()),
        status: Set(user.status().as_str().to_owned()),
        joined_at: Set(written::millis(user.joined_at())),
        updated_at: Set(user.updated_at().millis()),
        version: Set(written::version(user.version())),
    }
}

pub(in crate::sql) fn credential_row(tenant_id: Uuid, credential: &Credential) -> user_credentials::ActiveModel {
    user_credentials::ActiveModel {
        tenant_id: Set(tenant_id),
        user_id: Set(credential.user_id.uuid()),
        phc: Set(credential.phc.expose().to_owned()),
        epoch: Set(i64::from(credential.epoch)),
        changed_at: Set(credential.changed_at.millis()),
        version: Set(written::version(credential.version)),
    }
}
