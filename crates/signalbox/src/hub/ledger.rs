//! The ledger: two tables, each term counted on its own, and the recount that must agree.
//!
//! The desk is read first, in one view, then the journal up to one head: what is committed in between
//! is pending, so a hub under load balances as well as an idle one.

use signalbox_api::{IntakeTerms, LedgerView, StreamTerms};
use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::stream::{Checkpoint, pending, recount};
use signalbox_store::desk::{LedgerTerms, Reader, StepTerms, StreamCheckpoint};
use signalbox_store::journal::{StoredChunk, Totals};

use super::Stores;

/// What the desk says, at one moment.
struct DeskView {
    streams: Vec<StreamView>,
    steps: Vec<StepTerms>,
    recounted_steps: Option<Vec<StepTerms>>,
}

struct StreamView {
    stored: StreamCheckpoint,
    parked: u64,
    dead: u64,
}

/// Reads the ledger of a hub's stores, running or not.
///
/// # Errors
/// Those of the stores.
pub async fn read_ledger(stores: &Stores, is_recount: bool) -> anyhow::Result<LedgerView> {
    let desk = stores.desk.read(move |reader| read_desk(reader, is_recount)).await?;
    let stores = stores.clone();
    let task = tokio::task::spawn_blocking(move || balance(&stores, desk, is_recount));
    task.await?
}

fn read_desk(
    reader: &Reader<'_>,
    is_recount: bool,
) -> Result<DeskView, signalbox_store::desk::DeskError> {
    let mut streams = Vec::new();
    for stored in reader.checkpoints()? {
        if stored.reader != DESK_READER {
            let (parked, dead) = reader.count_items(&stored.reader)?;
            streams.push(StreamView { stored, parked, dead });
        }
    }
    let recounted_steps = if is_recount { Some(reader.recount_steps()?) } else { None };
    Ok(DeskView { streams, steps: reader.step_terms()?, recounted_steps })
}

fn balance(stores: &Stores, desk: DeskView, is_recount: bool) -> anyhow::Result<LedgerView> {
    let head = match stores.journal.head() {
        Some(position) => stores.journal.chunk(position)?,
        None => None,
    };
    let mut findings = Vec::new();
    let mut streams = Vec::new();
    for view in &desk.streams {
        let terms = stream_terms(stores, view, head.as_ref())?;
        if let Some(head) = head.as_ref().filter(|_| is_recount) {
            check_stream(stores, view, head, &mut findings)?;
        }
        streams.push(StreamTerms { stream: view.stored.reader.clone(), terms });
    }
    check_balance(&streams, &desk.steps, &mut findings);
    if let Some(recounted) = &desk.recounted_steps {
        check_steps(&desk.steps, recounted, &mut findings);
    }
    let totals = head.as_ref().map(|head| head.totals().clone()).unwrap_or_default();
    let intake = intake(&totals, &mut findings);
    let balanced = findings.is_empty();
    Ok(LedgerView { balanced, streams, steps: desk.steps, intake, recounted: is_recount, findings })
}

fn stream_terms(
    stores: &Stores,
    view: &StreamView,
    head: Option<&StoredChunk>,
) -> anyhow::Result<LedgerTerms> {
    let StreamCheckpoint { reader, position, delivered, dead, suppressed, replayed, lost, .. } =
        &view.stored;
    let (accepted, waiting) = match head {
        Some(head) => {
            let accepted = head.totals().streams.get(reader).map_or(0, |totals| totals.accepted);
            let checkpoint = Checkpoint::parse(position)?;
            (accepted, pending(stores.journal.as_ref(), reader, checkpoint, head)?)
        }
        None => (0, 0),
    };
    let (delivered, dead, suppressed, lost) = (*delivered, *dead, *suppressed, *lost);
    let accepted = accepted + replayed;
    Ok(LedgerTerms { accepted, delivered, dead, suppressed, pending: waiting + view.parked, lost })
}

/// Counts what lies behind a checkpoint event by event, and the dead item by item.
fn check_stream(
    stores: &Stores,
    view: &StreamView,
    head: &StoredChunk,
    findings: &mut Vec<String>,
) -> anyhow::Result<()> {
    let (journal, stream) = (stores.journal.as_ref(), &view.stored.reader);
    let checkpoint = Checkpoint::parse(&view.stored.position)?;
    let by_sums = pending(journal, stream, checkpoint, head)?;
    let by_events = recount(journal, stream, checkpoint, head)?;
    if by_sums != by_events {
        findings.push(format!(
            "stream `{stream}`: {by_sums} pending by the sums, {by_events} by the events"
        ));
    }
    if view.stored.dead != view.dead {
        let (by_sums, by_items) = (view.stored.dead, view.dead);
        findings.push(format!(
            "stream `{stream}`: {by_sums} dead by the sums, {by_items} by the items"
        ));
    }
    Ok(())
}

fn intake(totals: &Totals, findings: &mut Vec<String>) -> Vec<IntakeTerms> {
    let sources = totals.intake.iter().map(|(source, totals)| {
        let sum = totals.accepted + totals.duplicate + totals.quarantined + totals.refused;
        if sum != totals.received {
            let received = totals.received;
            findings.push(format!(
                "source `{source}`: received {received}, but {sum} are accounted for"
            ));
        }
        IntakeTerms { source: source.clone(), totals: *totals }
    });
    sources.collect()
}

fn check_balance(streams: &[StreamTerms], steps: &[StepTerms], findings: &mut Vec<String>) {
    let streams = streams.iter().map(|row| ("stream", &row.stream, &row.terms));
    let steps = steps.iter().map(|row| ("deliveries to", &row.destination, &row.terms));
    for (kind, name, terms) in streams.chain(steps).filter(|(_, _, terms)| !terms.is_balanced()) {
        let LedgerTerms { accepted, delivered, dead, suppressed, pending, lost } = terms;
        findings.push(format!(
            "{kind} `{name}`: accepted {accepted}, but delivered {delivered} + dead {dead} + \
             suppressed {suppressed} + pending {pending} + lost {lost}"
        ));
    }
}

fn check_steps(counted: &[StepTerms], recounted: &[StepTerms], findings: &mut Vec<String>) {
    for row in counted {
        let again = recounted.iter().find(|other| other.destination == row.destination);
        if again.map(|again| again.terms) != Some(row.terms) {
            let destination = &row.destination;
            findings.push(format!(
                "deliveries to `{destination}`: the sums do not agree with the rows"
            ));
        }
    }
}
