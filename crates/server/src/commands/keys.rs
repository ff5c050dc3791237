//! `keys list`, `keys rotate`, `keys retire`, `keys rewrap`: the keys that the server makes for itself. Shows ids and states, never a key.

use orderbase_infrastructure::security::{Envelopes, KeyPurpose, RingStore as _, StoredEntry};
use orderbase_infrastructure::sql::SqlKeyRing;
use orderbase_kernel::Timestamp;
use serde::Serialize;

use super::context::{Opened, with_opened};
use super::keys_retire;
use crate::cli::{GlobalArgs, KeysCommand};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, chain};
use crate::terminal::{self, Output};
use crate::wiring;

/// A key as it is listed.
#[derive(Serialize)]
struct Shown {
    purpose: &'static str,
    id: String,
    state: &'static str,
    since: String,
    /// The id of the master key that wraps it.
    master_key: String,
}

impl From<&StoredEntry> for Shown {
    fn from(entry: &StoredEntry) -> Self {
        Self {
            purpose: entry.purpose.as_str(),
            id: entry.kid.clone(),
            state: entry.state.as_str(),
            since: entry.since.to_string(),
            master_key: Envelopes::kek_id(&entry.enveloped).unwrap_or("?").to_owned(),
        }
    }
}

const COLUMNS: &[&str] = &["PURPOSE", "KEY", "STATE", "SINCE", "MASTER KEY"];

fn cells(shown: &Shown) -> Vec<String> {
    [shown.purpose, &shown.id, shown.state, &shown.since, &shown.master_key].into_iter().map(str::to_owned).collect()
}

pub fn run(global: &GlobalArgs, command: &KeysCommand) -> Outcome {
    with_opened(global, |opened| async move {
        match command {
            KeysCommand::List { output } => list(&opened, *output).await,
            KeysCommand::Rotate { purpose, now } => rotate(&opened, purpose, *now).await,
            KeysCommand::Retire { purpose, yes } => keys_retire::retire(&opened, purpose, *yes).await,
            KeysCommand::Rewrap => rewrap(&opened).await,
        }
    })
}

async fn stored(opened: &Opened) -> Result<Vec<StoredEntry>, Failure> {
    let loaded = SqlKeyRing::new(opened.db.clone()).load().await;
    let mut entries = loaded.map_err(|error| Failure::new(Exit::Unreachable, chain(&error)))?;
    entries.sort_by_key(|entry| (entry.purpose, entry.state));
    Ok(entries)
}

async fn list(opened: &Opened, output: Option<Output>) -> Outcome {
    let shown: Vec<Shown> = stored(opened).await?.iter().map(Shown::from).collect();
    terminal::print_rows(Output::or_fitting(output), &shown, COLUMNS, cells)?;
    Ok(Exit::Done)
}

async fn rotate(opened: &Opened, purpose: &str, at_once: bool) -> Outcome {
    let purpose = KeyPurpose::parse(purpose).ok_or_else(|| Failure::usage(format!("{purpose} is no purpose")))?;
    let keeper = wiring::ring_keeper(&opened.config, &opened.db, &opened.master);
    let now: Timestamp = opened.app.clock.now();
    let made = if at_once { keeper.replace_at_once(purpose, now).await } else { keeper.rotate(purpose, now).await };
    let kid = made.map_err(|error| wiring::ring_failure(&error))?;
    let name = purpose.as_str();
    terminal::say(&match at_once {
        true => format!("{kid} is the only key of {name}; running servers take it over within 30 s"),
        false => {
            format!("{kid} of {name} is published; running servers sign with it in their time (orderbase keys list)")
        }
    });
    Ok(Exit::Done)
}

async fn rewrap(opened: &Opened) -> Outcome {
    let (store, envelopes) = (SqlKeyRing::new(opened.db.clone()), Envelopes::new(opened.master.clone()));
    let mut rewrapped = 0;
    for entry in stored(opened).await? {
        let fresh = entry.rewrapped(&envelopes).map_err(|error| Failure::internal(&error))?;
        let Some(fresh) = fresh else { continue };
        let written = store.replace_envelope(&entry, fresh).await;
        // One that somebody else has changed or deleted meanwhile is theirs.
        rewrapped += usize::from(written.map_err(|error| Failure::new(Exit::Unreachable, chain(&error)))?);
    }
    let first = opened.master.ids().next().unwrap_or("?");
    let hours = opened.config.retention.idempotency_secs.div_ceil(3_600);
    terminal::say(&format!(
        "{rewrapped} keys are wrapped with {first} now; answers kept under idempotency keys may need the other master keys for \
         {hours} h more"
    ));
    Ok(Exit::Done)
}
