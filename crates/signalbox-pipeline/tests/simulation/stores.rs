//! The stores of a life: opened, proved to fit each other, and what a crash left put in order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::follow::{DESK_READER, hex};
use signalbox_pipeline::stream::Checkpoint;
use signalbox_store::desk::{Desk, DeskError, StreamProgress, Writer};
use signalbox_store::journal::{
    Disk, EmbeddedJournal, Journal, JournalId, JournalOptions, Position, Provision,
};

use super::hub::{EVERYBODY, SIEM, Surroundings, TICKETS};
use super::journal::WatchedJournal;
use super::power::{Blow, Point, Power};

/// Segments are small, so that sequences fill some of them.
fn options() -> JournalOptions {
    JournalOptions {
        segment_bytes: 64 << 10,
        starter_bytes: 64 << 10,
        keep: Duration::ZERO,
        provision: Provision::OnDemand,
        ..JournalOptions::default()
    }
}

/// Opens both stores and proves that they fit each other.
pub(super) fn open_stores(
    around: &Surroundings,
    disk: Arc<dyn Disk>,
) -> Result<(Arc<dyn Journal>, Desk), String> {
    let opened = EmbeddedJournal::open_on(disk, Arc::new(around.clock.clone()), options());
    let journal = opened.map_err(|error| format!("open the journal: {error}"))?;
    for damage in journal.damage() {
        around.diary.complain(format!("damage: {damage:?}"));
    }
    let desk = around.desk.clone();
    let power = around.power.clone();
    desk.refuse_commits(move || is_refused(&power)).map_err(|error| error.to_string())?;
    verify(&journal, &desk)?;
    let journal = WatchedJournal::new(journal, Arc::clone(&around.highest), around.diary.clone());
    Ok((Arc::new(journal), desk))
}

/// Says what the power supply makes of a commit: refused is rolled back.
fn is_refused(power: &Power) -> bool {
    if power.is_out() {
        return true;
    }
    let blow = power.strike(Point::Commit);
    if matches!(blow, Some(Blow::DarkBefore | Blow::DarkAfter)) {
        power.cut();
    }
    matches!(blow, Some(Blow::Error | Blow::DarkBefore))
}

/// Proves that every reader can go on from its checkpoint.
fn verify(journal: &EmbeddedJournal, desk: &Desk) -> Result<(), String> {
    let (meta, stored) = desk
        .read_now(|reader| Ok((reader.meta(JOURNAL)?, reader.checkpoints()?)))
        .map_err(|error| error.to_string())?;
    let id = meta.map_or(journal.id(), |text| JournalId(text.parse().unwrap()));
    for stored in stored {
        let checkpoint = Checkpoint::parse(&stored.position).map_err(|error| error.to_string())?;
        if let Some(position) = checkpoint.position() {
            let verified = journal.verify_checkpoint(id, position);
            verified.map_err(|error| format!("go on with `{}`: {error}", stored.reader))?;
        }
    }
    Ok(())
}

/// The setting of the desk that names its journal.
const JOURNAL: &str = "journal";

/// Makes rules and checkpoints known, and puts what a crash left back into its lines.
pub(super) async fn adopt(
    desk: &Desk,
    around: &Surroundings,
    journal: JournalId,
    head: Option<Position>,
) -> Result<(), DeskError> {
    make_known(desk, around, journal, head).await?;
    let settle = i64::try_from(around.settle.as_millis()).unwrap();
    let (now, skips_the_parked) = (around.clock.now(), around.skips_the_parked);
    let recover = move |writer: &Writer<'_>| {
        writer.recover_attempts(&IntegrationName::new(TICKETS), settle, now)?;
        let is_parked =
            writer.integrations()?.iter().any(|row| row.name == SIEM && row.parked.is_some());
        match head {
            Some(head) if skips_the_parked && is_parked => {
                writer.move_checkpoint(SIEM, &head.to_string(), StreamProgress::default())
            }
            _ => Ok(()),
        }
    };
    desk.write("recover attempts", recover).await
}

/// Makes a version of the rules known, before it takes effect.
pub(super) async fn make_known(
    desk: &Desk,
    around: &Surroundings,
    journal: JournalId,
    head: Option<Position>,
) -> Result<(), DeskError> {
    let rules = &around.in_force.rules;
    let mut plan = rules.plan().clone();
    if around.forgets_silences {
        plan.silences.clear();
    }
    let (hash, plan) = (hex(&rules.names().hash), serde_json::to_string(&plan).unwrap());
    let (now, head) = (around.clock.now(), head.map(|head| head.to_string()).unwrap_or_default());
    let adopt = move |writer: &Writer<'_>| {
        writer.set_meta(JOURNAL, &journal.to_string())?;
        writer.create_checkpoint(DESK_READER, "")?;
        writer.create_checkpoint(SIEM, &head)?;
        writer.keep_rule_set(&hash, &plan, now.as_millis())?;
        EVERYBODY.iter().try_for_each(|name| writer.register_integration(name, "scripted", now))
    };
    desk.write("adopt a configuration", adopt).await
}

/// The gates, as an earlier life left them.
pub(super) fn gates(desk: &Desk) -> Result<BTreeMap<&'static str, Arc<Gate>>, String> {
    let rows = desk.read_now(|reader| reader.integrations()).map_err(|error| error.to_string())?;
    let gates = EVERYBODY.iter().map(|name| {
        let row = rows.iter().find(|row| row.name == *name);
        let is_enabled = row.is_none_or(|row| row.is_enabled);
        let parked = row.and_then(|row| row.parked.clone());
        (*name, Arc::new(Gate::new(IntegrationName::new(name), is_enabled, parked)))
    });
    Ok(gates.collect())
}
