//! A copy of the desk while it is in use, for backups.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::connection::failed;
use super::{Desk, DeskError};

impl Desk {
    /// Copies the desk as it is at one moment to the file `target`, which must not exist. Blocks; writing goes on
    /// meanwhile.
    ///
    /// # Errors
    /// Where the desk does not read or the file does not write; what is in it then is of no use.
    pub fn copy_to(&self, target: &Path) -> Result<(), DeskError> {
        let operation = "copy to a backup";
        super::connection::make_private(target)?;
        let mut copy = Connection::open(target).map_err(failed(operation))?;
        self.inner.read(|reader| {
            let backup = Backup::new(reader.connection, &mut copy).map_err(failed(operation))?;
            // All pages in one step: of one moment, whatever is written meanwhile.
            match backup.step(-1).map_err(failed(operation))? {
                StepResult::Done => Ok(()),
                _ => Err(DeskError::RolledBack { operation }),
            }
        })
    }
}
