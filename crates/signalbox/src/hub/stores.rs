//! Opening the journal and the desk, and making a configuration known to them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use signalbox_model::time::Timestamp;
use signalbox_pipeline::follow::{DESK_READER, hex};
use signalbox_pipeline::stream::{Checkpoint, pending};
use signalbox_store::desk::{Desk, StreamCheckpoint, StreamProgress, Writer};
use signalbox_store::journal::{
    CheckpointError, EmbeddedJournal, Journal, JournalId, JournalOptions,
};

use crate::config::compile::Compiled;

/// The two stores of a hub.
#[derive(Clone)]
pub struct Stores {
    /// What came in.
    pub journal: Arc<dyn Journal>,
    /// The same, as files that can be copied.
    pub files: Arc<EmbeddedJournal>,
    /// What people and deliveries did since.
    pub desk: Desk,
}

/// The setting of the desk that says since when deliveries are held after a restore.
pub(super) const HELD: &str = "held_since_restore";

/// The setting of the desk that names its journal.
const JOURNAL: &str = "journal";

impl Stores {
    /// Opens the stores of a data folder, making what is missing.
    ///
    /// # Errors
    /// Where a store is damaged, newer than this program, or not the other's.
    pub fn open(data: &Path, options: JournalOptions) -> anyhow::Result<Self> {
        let folder = data.join("journal");
        let journal = EmbeddedJournal::open(&folder, options)
            .with_context(|| format!("open the journal in `{}`", folder.display()))?;
        let desk = Desk::open(&data.join("desk.sqlite"))?;
        let stores = Self::of(journal, desk);
        let files = Arc::clone(&stores.files);
        stores.desk.when_full(move || files.give_up_reserve());
        stores.verify()?;
        Ok(stores)
    }

    /// Opens the stores for reading alone, where no hub runs.
    ///
    /// # Errors
    /// Where there are none, or a newer program wrote them.
    pub fn open_read_only(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join("journal");
        let journal = EmbeddedJournal::open_read_only(&folder, JournalOptions::default())
            .with_context(|| format!("read the journal in `{}`", folder.display()))?;
        let desk = data.join("desk.sqlite");
        if !desk.exists() {
            bail!("there is no desk in `{}`; is this a data folder?", data.display());
        }
        Ok(Self::of(journal, Desk::open(&desk)?))
    }

    fn of(journal: EmbeddedJournal, desk: Desk) -> Self {
        let files = Arc::new(journal);
        Self { journal: Arc::clone(&files) as Arc<dyn Journal>, files, desk }
    }

    /// Proves that every reader can go on from its checkpoint.
    fn verify(&self) -> anyhow::Result<()> {
        let journal = self.desk.read_now(|reader| reader.meta(JOURNAL))?;
        let journal = match journal {
            Some(text) => {
                JournalId(text.parse().context("the desk's journal id does not read back")?)
            }
            None => self.journal.id(),
        };
        for stored in self.desk.read_now(|reader| reader.checkpoints())? {
            let Some(position) = Checkpoint::parse(&stored.position)?.position() else { continue };
            match self.journal.verify_checkpoint(journal, position) {
                // A stream that was removed: nothing of what is gone was for it.
                Err(CheckpointError::Recycled { .. }) if self.waits_for_nothing(&stored)? => {}
                verified => verified.with_context(|| format!("go on with `{}`", stored.reader))?,
            }
        }
        Ok(())
    }

    fn waits_for_nothing(&self, stored: &StreamCheckpoint) -> anyhow::Result<bool> {
        let Some(head) = self.journal.head() else { return Ok(false) };
        let Some(head) = self.journal.chunk(head)? else { return Ok(false) };
        let checkpoint = Checkpoint::parse(&stored.position)?;
        let is_of_stream = stored.reader != DESK_READER;
        Ok(is_of_stream && pending(self.journal.as_ref(), &stored.reader, checkpoint, &head)? == 0)
    }

    /// Makes a configuration known before it takes effect, in one transaction: its rules, and the
    /// checkpoint of every stream it names first.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn adopt(&self, compiled: &Compiled, now: Timestamp) -> anyhow::Result<()> {
        let is_lost = self.is_desk_lost()?;
        if is_lost {
            tracing::warn!(
                "There was no desk: it is made anew from what the journal keeps, and all of that is sent to \
                 every stream once more; if there is a backup, put its desk in the place of this one"
            );
        }
        let journal = self.journal.id().to_string();
        let hash = hex(&compiled.rules.names().hash);
        let plan = serde_json::to_string(compiled.rules.plan())?;
        let mut integrations = Vec::new();
        for built in &compiled.integrations {
            let birth = built.is_stream.then(|| self.birth(built.name.as_str(), is_lost));
            integrations.push((built.name.clone(), built.connector.name, birth.transpose()?));
        }
        let adopt = move |writer: &Writer<'_>| {
            writer.set_meta(JOURNAL, &journal)?;
            writer.create_checkpoint(DESK_READER, "")?;
            writer.keep_rule_set(&hash, &plan, now.as_millis())?;
            for (name, connector, birth) in &integrations {
                writer.register_integration(name.as_str(), connector, now)?;
                let Some((checkpoint, progress)) = birth else { continue };
                writer.create_checkpoint(name.as_str(), checkpoint)?;
                if is_lost {
                    writer.move_checkpoint(name.as_str(), checkpoint, *progress)?;
                }
            }
            Ok(())
        };
        self.desk.write("adopt a configuration", adopt).await?;
        Ok(())
    }

    /// Returns whether the desk is new and the journal is not.
    fn is_desk_lost(&self) -> anyhow::Result<bool> {
        let is_new = self.desk.read_now(|reader| reader.meta(JOURNAL))?.is_none();
        Ok(is_new && self.journal.head().is_some())
    }

    /// Returns where a stream begins that the desk does not know, and what counts as done by then: at the journal's
    /// head, with nothing. But where the desk was lost nobody knows how far the stream was, and it begins with the
    /// oldest that is kept. It had passed what came before, or that would be kept.
    fn birth(&self, stream: &str, is_lost: bool) -> anyhow::Result<(String, StreamProgress)> {
        let head = self.journal.head().map(|head| self.journal.chunk(head)).transpose()?.flatten();
        let Some(head) = head else { return Ok(Default::default()) };
        if !is_lost {
            return Ok((head.position().to_string(), StreamProgress::default()));
        }
        let before = self.journal.before(i64::MIN)?.map_or(Checkpoint::Start, Checkpoint::Chunk);
        let accepted = head.totals().streams.get(stream).map_or(0, |totals| totals.accepted);
        let waiting = pending(self.journal.as_ref(), stream, before, &head)?;
        let delivered = accepted.saturating_sub(waiting);
        Ok((before.to_string(), StreamProgress { delivered, ..StreamProgress::default() }))
    }
}
