//! `audit verify`: whether events and audit log are what was sealed (ADR 0013). Reads, and changes nothing.

use std::sync::Arc;

use orderbase_application::{Error, Scope, tenants};
use orderbase_infrastructure::security::{ChainReport, Difference, SealKeys, Span};
use orderbase_infrastructure::sql::SqlAuditSeals;
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{Permission, Tenant};
use serde::Serialize;

use super::context::{Opened, operator, tenant, with_opened};
use crate::cli::{AuditCommand, GlobalArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{self, Output};
use crate::wiring;

/// How much of the head's signature is shown: 64 bits are enough to know it again.
const HEAD_BYTES: usize = 8;

/// A tenant's chain of seals as it is shown.
#[derive(Serialize)]
struct Shown {
    tenant: String,
    seals: u64,
    rows: u64,
    /// Rows behind the last seal, usually those of the last two minutes.
    unsealed: u64,
    /// Number and beginning of the signature of the newest seal.
    head: Option<String>,
    verdict: &'static str,
    differences: Vec<ShownDifference>,
    /// Differences that are not listed.
    more: u64,
}

#[derive(Serialize)]
struct ShownDifference {
    seal: u64,
    /// When the rows of the seal were recorded: after this, if it is not the first,
    after: Option<String>,
    /// and up to this.
    upto: String,
    fault: &'static str,
    words: String,
}

impl Shown {
    fn new(tenant: &Tenant, report: &ChainReport, now: Timestamp) -> Self {
        Self {
            tenant: tenant.slug().to_string(),
            seals: report.seals,
            rows: report.rows,
            unsealed: report.unsealed,
            head: report.head.map(|(seq, signature)| head(seq, &signature)),
            verdict: verdict(tenant, report, now),
            differences: report.differences.iter().map(ShownDifference::from).collect(),
            more: report.more,
        }
    }
}

const DIFFERS: &str = "differs";

/// How long a purged tenant's rows may take to go, in milliseconds: a day.
const GOING_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Of a purged tenant nothing may be left but its own events, which no seal covers any more; while its rows go they fit no seal.
fn verdict(tenant: &Tenant, report: &ChainReport, now: Timestamp) -> &'static str {
    let is_gone = report.seals == 0 && report.unsealed == tenant.version().get();
    match tenant.purged_at() {
        None if report.is_whole() => "whole",
        Some(_) if is_gone => "purged",
        Some(at) if now < at.plus_millis(GOING_MILLIS) => "going",
        _ => DIFFERS,
    }
}

impl From<&Difference> for ShownDifference {
    fn from(difference: &Difference) -> Self {
        let Span { after, upto } = difference.span;
        Self {
            seal: difference.seq,
            after: after.map(instant),
            upto: instant(upto),
            fault: difference.fault.as_str(),
            words: difference.fault.to_string(),
        }
    }
}

const COLUMNS: &[&str] = &["TENANT", "SEALS", "ROWS", "UNSEALED", "HEAD", "VERDICT"];

fn cells(shown: &Shown) -> Vec<String> {
    vec![
        shown.tenant.clone(),
        shown.seals.to_string(),
        shown.rows.to_string(),
        shown.unsealed.to_string(),
        shown.head.clone().unwrap_or_else(|| "-".to_owned()),
        shown.verdict.to_owned(),
    ]
}

pub fn run(global: &GlobalArgs, command: &AuditCommand) -> Outcome {
    let AuditCommand::Verify { tenant, output } = command;
    with_opened(global, |opened| async move { verify(&opened, tenant.as_deref(), *output).await })
}

async fn verify(opened: &Opened, slug: Option<&str>, output: Option<Output>) -> Outcome {
    let keeper = wiring::ring_keeper(&opened.config, &opened.db, &opened.master);
    let ring = keeper.load().await.map_err(|error| wiring::ring_failure(&error))?;
    let keys = SealKeys::of_ring(&ring).map_err(|error| Failure::internal(&error))?;
    let seals = SqlAuditSeals::new(opened.db.clone(), Arc::new(keys));

    let mut shown = Vec::new();
    for tenant in asked(opened, slug).await? {
        let report = seals.verify(Scope { tenant_id: tenant.id() }).await.map_err(Error::from)?;
        shown.push(Shown::new(&tenant, &report, opened.app.clock.now()));
    }
    terminal::print_rows(Output::or_fitting(output), &shown, COLUMNS, cells)?;
    for one in &shown {
        tell(one);
    }
    Ok(if shown.iter().all(|one| one.verdict != DIFFERS) { Exit::Done } else { Exit::Difference })
}

async fn asked(opened: &Opened, slug: Option<&str>) -> Result<Vec<Arc<Tenant>>, Failure> {
    let operator = operator(&opened.app, &[Permission::PlatformRead])?;
    match slug {
        Some(slug) => Ok(vec![tenant(&opened.app, &operator, slug).await?]),
        None => Ok(tenants::list(&opened.app, &operator).await?.into_iter().map(Arc::new).collect()),
    }
}

fn tell(shown: &Shown) {
    // Whatever fits no seal of a tenant whose rows go is no finding.
    if shown.verdict != DIFFERS {
        return;
    }
    if shown.differences.is_empty() {
        terminal::say(&format!("orderbase: {}: it is marked as purged, and its rows are still there", shown.tenant));
    }
    for difference in &shown.differences {
        let after = difference.after.as_deref().unwrap_or("the beginning");
        terminal::say(&format!(
            "orderbase: {}, seal {}, recorded after {after} up to {}: {}",
            shown.tenant, difference.seal, difference.upto, difference.words
        ));
    }
    if shown.more > 0 {
        terminal::say(&format!("orderbase: {}: {} more", shown.tenant, shown.more));
    }
}

fn head(seq: u64, signature: &[u8]) -> String {
    let hex: String = signature.iter().take(HEAD_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{seq}:{hex}")
}

/// A time that somebody altered may be none.
fn instant(millis: i64) -> String {
    Timestamp::from_millis(millis).map_or_else(|_| format!("{millis} ms"), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use orderbase_infrastructure::security::SealFault;

    use orderbase_kernel::{Name, TenantId};
    use orderbase_tenancy::{CreateTenant, Mode, PURGE_DELAY_MILLIS, PlanCode, Settings, Slug};

    use super::*;

    #[test]
    fn a_head_is_short_and_a_difference_has_its_times() {
        assert_eq!(head(7, &[0xab; 32]), "7:abababababababab");
        let difference = Difference {
            seq: 2,
            span: Span { after: Some(1_768_478_400_000), upto: i64::MAX },
            fault: SealFault::Count { sealed: 3, found: 2 },
        };
        let shown = ShownDifference::from(&difference);
        assert_eq!(shown.after.as_deref(), Some("2026-01-15T12:00:00.000Z"));
        assert_eq!((shown.upto.as_str(), shown.fault), ("9223372036854775807 ms", "count"));
        assert_eq!(shown.words, "count: 3 rows were sealed, 2 are there");
    }

    fn report(seals: u64, unsealed: u64) -> ChainReport {
        ChainReport { seals, rows: 0, unsealed, head: None, differences: Vec::new(), more: 0 }
    }

    #[test]
    fn purged_is_only_what_is_gone() {
        let at = |millis| Timestamp::from_millis(1_768_478_400_000 + millis).unwrap();
        let create = CreateTenant {
            id: TenantId::lowest_at(at(0)),
            name: Name::parse("Acme").unwrap(),
            slug: Slug::parse("acme").unwrap(),
            mode: Mode::Live,
            plan: PlanCode::Pro,
            trial_ends_at: None,
            settings: Settings::default(),
        };
        let (mut tenant, _) = orderbase_tenancy::Tenant::create(create).unwrap();
        assert_eq!(verdict(&tenant, &report(0, 1), at(0)), "whole");
        tenant.close(at(0)).unwrap();
        tenant.purge(at(PURGE_DELAY_MILLIS)).unwrap();
        let after = |hours: i64| at(PURGE_DELAY_MILLIS + hours * 60 * 60 * 1_000);
        assert_eq!(verdict(&tenant, &report(0, 3), after(99)), "purged");
        for (seals, unsealed) in [(0, 4), (1, 3), (0, 2)] {
            assert_eq!(verdict(&tenant, &report(seals, unsealed), after(23)), "going");
            assert_eq!(verdict(&tenant, &report(seals, unsealed), after(24)), DIFFERS, "marked, and not gone");
        }
    }
}
