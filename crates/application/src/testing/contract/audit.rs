//! The audit log: what is no event comes back whole, and stands in one list with what is.

use std::net::IpAddr;
use std::time::Duration;

use orderbase_kernel::{Actor, ApiKeyId, JobName, OperatorName, PageLimit, RequestId, Timestamp, UserId};
use orderbase_tenancy::Role;
use uuid::Uuid;

use super::Harness;
use super::people::{changed, dawn, put_user};
use super::stock::commit;
use crate::app::App;
use crate::changeset::{AuditEntry, AuditOutcome, AuditTarget, Changeset, Outcome};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;
use crate::views::{AuditFilter, AuditQuery, Span};

/// How long a note may take until it is in the log.
const NOTE_WAIT: Duration = Duration::from_secs(20);

fn entry(app: &App, ctx: &Ctx, at: Timestamp, action: &'static str) -> AuditEntry {
    AuditEntry {
        id: app.ids.at(at),
        tenant_id: ctx.tenant.id(),
        occurred_at: at,
        actor: None,
        action: action.into(),
        target: None,
        outcome: AuditOutcome::Succeeded,
        request_id: RequestId::parse("r-1").unwrap(),
        network: None,
        detail: None,
    }
}

async fn write(app: &App, ctx: &Ctx, entry: &AuditEntry) {
    assert_eq!(commit(app, ctx, Changeset::new().audit(entry.clone())).await, Outcome::Committed);
}

async fn walk(app: &App, ctx: &Ctx, filter: &AuditFilter, limit: i64) -> Vec<AuditEntry> {
    let limit = PageLimit::try_new(limit).unwrap();
    let (mut found, mut after): (Vec<AuditEntry>, Option<Uuid>) = (Vec::new(), None);
    loop {
        let query = AuditQuery { filter: filter.clone(), limit, after };
        let page = app.audit.page(ctx.scope(), &query).await.unwrap();
        assert!(page.rows.len() <= usize::from(limit.get()));
        assert!(!page.has_more || page.rows.len() == usize::from(limit.get()), "a page that is not full says more");
        after = page.rows.last().map(|entry| entry.id).or(after);
        found.extend(page.rows);
        assert!(found.len() < 1_000, "the walk does not end");
        if !page.has_more {
            return found;
        }
    }
}

async fn all(app: &App, ctx: &Ctx) -> Vec<AuditEntry> {
    walk(app, ctx, &AuditFilter::default(), 100).await
}

pub async fn entries_come_back_whole(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let uuid = || app.ids.next(app.clock.now());
    let actors = [
        None,
        Some(Actor::User(UserId::from_uuid(uuid()))),
        Some(Actor::ApiKey(ApiKeyId::from_uuid(uuid()))),
        Some(Actor::System(JobName::parse("sweep").unwrap())),
        Some(Actor::Operator(OperatorName::parse(&"\u{1F4A1}".repeat(200)).unwrap())),
    ];
    let networks = [None, Some("203.0.113.9"), Some("2001:db8::1"), Some("127.0.0.1"), None];
    let details = [None, Some("\u{1F4A1}".repeat(500)), Some("a \"reason\"\\".to_owned()), None, Some("x".to_owned())];
    let user = |id: String| Some(AuditTarget { kind: "user".into(), id });
    let targets = [None, user(uuid().to_string()), user(String::new()), user("placeOrder".to_owned()), None];
    let parts = actors.into_iter().zip(networks).zip(details).zip(targets).zip(AuditOutcome::ALL.into_iter().cycle());
    for ((((actor, network), detail), target), outcome) in parts {
        let network = network.map(|text| text.parse::<IpAddr>().unwrap());
        let at = dawn().plus_millis(1);
        let entry = AuditEntry { actor, network, detail, target, outcome, ..entry(&app, &ctx, at, "auth.signed_in") };
        write(&app, &ctx, &entry).await;
        assert_eq!(app.audit.get(ctx.scope(), entry.id).await.unwrap().as_ref(), Some(&entry));
        assert!(all(&app, &ctx).await.contains(&entry));
    }
    assert_eq!(app.audit.get(ctx.scope(), uuid()).await.unwrap(), None);
}

pub async fn events_and_entries_are_one_list(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let user = put_user(&app, &ctx, "ada@example.com", Role::Viewer).await;
    write(&app, &ctx, &entry(&app, &ctx, app.clock.now(), "auth.signed_in")).await;
    changed(&app, &ctx, &user, |user| user.disable(&orderbase_tenancy::Acting::OPERATOR, app.clock.now())).await;
    let all = all(&app, &ctx).await;
    assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first: {all:?}");
    let mut actions: Vec<_> = all.iter().map(|entry| entry.action.as_ref()).collect();
    actions.sort_unstable();
    // The tenant was made by an operator, who left a row beside the event.
    let expected = ["auth.signed_in", "tenant.created", "tenant.created_by_operator", "user.disabled", "user.invited"];
    assert_eq!(actions, expected);

    let invited = all.iter().find(|entry| entry.action == "user.invited").unwrap();
    let target = AuditTarget { kind: "user".into(), id: user.id().to_string() };
    assert_eq!((invited.tenant_id, invited.occurred_at), (ctx.tenant.id(), user.created_at()));
    assert_eq!((&invited.actor, &invited.target), (&Some(ctx.actor.clone()), &Some(target)));
    assert_eq!((invited.outcome, &invited.request_id), (AuditOutcome::Succeeded, &ctx.request_id));
    assert_eq!((invited.network, &invited.detail), (None, &None));
    for entry in &all {
        assert_eq!(app.audit.get(ctx.scope(), entry.id).await.unwrap().as_ref(), Some(entry));
    }
}

pub async fn each_filter_and_page_size(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for (number, action) in ["auth.signed_in", "auth.signed_out"].into_iter().cycle().take(6).enumerate() {
        let user = put_user(&app, &ctx, &format!("{number}@example.com"), Role::Viewer).await;
        let target = Some(AuditTarget { kind: "user".into(), id: user.id().to_string() });
        let actor = Some(if number < 3 { ctx.actor.clone() } else { Actor::User(user.id()) });
        let at = dawn().plus_millis(10 * number as i64);
        write(&app, &ctx, &AuditEntry { actor, target, ..entry(&app, &ctx, at, action) }).await;
    }
    let everything = all(&app, &ctx).await;
    assert_eq!(everything.len(), 14);
    let text = |it: &str| Some(it.to_owned());
    let target = everything.iter().find(|entry| entry.action == "auth.signed_out").unwrap().target.clone().unwrap().id;
    let actors = [None, text(&ctx.actor.id()), text("nobody")];
    let actions = [None, text("auth.signed_in"), text("user.invited"), text("auth.signed")];
    let targets = [None, Some(target)];
    let spans = [
        Span::default(),
        Span { from: Some(dawn().plus_millis(10)), to: Some(dawn().plus_millis(40)) },
        Span { from: Some(dawn().plus_millis(50)), to: None },
        Span { from: None, to: Some(dawn()) },
    ];
    for actor in &actors {
        for action in &actions {
            for target in &targets {
                for (occurred, by_operators) in spans.into_iter().flat_map(|span| [(span, false), (span, true)]) {
                    let (actor, action, target) = (actor.clone(), action.clone(), target.clone());
                    let filter = AuditFilter { actor, action, target, occurred, by_operators };
                    let expected: Vec<_> = everything.iter().filter(|entry| matches(&filter, entry)).cloned().collect();
                    for limit in [1, 3, 100] {
                        assert_eq!(walk(&app, &ctx, &filter, limit).await, expected, "{filter:?} by {limit}");
                    }
                }
            }
        }
    }
}

fn matches(filter: &AuditFilter, entry: &AuditEntry) -> bool {
    let AuditFilter { actor, action, target, occurred, by_operators } = filter;
    let by = |id: &String| entry.actor.as_ref().is_some_and(|actor| actor.id() == *id);
    let on = |id: &String| entry.target.as_ref().is_some_and(|target| target.id == *id);
    actor.as_ref().is_none_or(by)
        && action.as_ref().is_none_or(|action| entry.action == *action)
        && target.as_ref().is_none_or(on)
        && occurred.contains(&entry.occurred_at)
        && (!by_operators || matches!(entry.actor, Some(Actor::Operator(_))))
}

/// An entry is written with the rest of its changeset or not at all, and keeps its claim.
pub async fn entries_are_part_of_the_changeset(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let before = all(&app, &ctx).await;
    let stale = crate::changeset::Record::UseTicket { hash: super::people::hash(1), at: dawn() };
    let signed_in = entry(&app, &ctx, dawn(), "auth.signed_in");
    let changeset = Changeset::new().record(stale).audit(signed_in.clone());
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Stale);
    assert_eq!(all(&app, &ctx).await, before);
    for again in [false, true] {
        let claim = super::stock::claim(&app, &ctx, "key", 1, "answer");
        let changeset = Changeset::new().audit(entry(&app, &ctx, dawn(), "auth.signed_in")).claim(Some(claim));
        assert_eq!(matches!(commit(&app, &ctx, changeset).await, Outcome::Replayed(_)), again);
    }
    assert_eq!(all(&app, &ctx).await.len(), before.len() + 1);
}

pub async fn a_note_is_in_the_log_soon(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let note = AuditEntry {
        outcome: AuditOutcome::Failed,
        network: Some(IpAddr::from([203, 0, 113, 9])),
        ..entry(&app, &ctx, app.clock.now(), "auth.sign_in_failed")
    };
    app.audit_notes.note(note.clone());
    let waited = tokio::time::timeout(NOTE_WAIT, async {
        while app.audit.get(ctx.scope(), note.id).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.expect("the note was lost");
    assert_eq!(app.audit.get(ctx.scope(), note.id).await.unwrap(), Some(note));
}

pub async fn a_foreign_log_is_not_there(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, other) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    write(&app, &ctx, &entry(&app, &ctx, dawn(), "auth.signed_in")).await;
    let ours = all(&app, &ctx).await;
    let theirs = all(&app, &other).await;
    assert!(theirs.iter().all(|entry| entry.tenant_id == other.tenant.id()) && theirs.len() == ours.len() - 1);
    for entry in ours {
        assert_eq!(app.audit.get(other.scope(), entry.id).await.unwrap(), None);
        // Nor where the last row of another tenant is named as the place to go on from.
        let query = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::MAX, after: Some(entry.id) };
        let page = app.audit.page(other.scope(), &query).await.unwrap();
        assert!(page.rows.iter().all(|row| row.tenant_id == other.tenant.id()));
    }
}
