//! What an instance calls the things that a configuration names, asked once an hour.

use std::collections::BTreeSet;
use std::time::Duration;

use parking_lot::Mutex;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};

use super::client::ServiceNowClient;
use super::mapping::OPTIONAL_COLUMNS;
use super::wire::{IncidentFields, SysId};

/// The answers of one instance.
#[derive(Default)]
pub(super) struct Lookups {
    group: Remembered<SysId>,
    caller: Remembered<SysId>,
    columns: Remembered<BTreeSet<String>>,
}

/// A name of the configuration, as an id of the instance.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// The instance knows it.
    Known(SysId),
    /// It does not, or does not say; a phrase that follows "is".
    Unknown(&'static str),
}

impl Reference {
    /// Sets `column`, or returns why it stays empty.
    pub(super) fn fill(
        self,
        fields: &mut IncidentFields,
        column: &str,
        name: &str,
    ) -> Option<String> {
        match self {
            Self::Known(id) => {
                fields.set(column, id.as_str());
                None
            }
            Self::Unknown(why) => Some(format!("`{column}`, for `{name}` is {why}")),
        }
    }
}

impl Lookups {
    /// Returns the id of the group called `name`.
    pub(super) async fn group(
        &self,
        client: &ServiceNowClient,
        name: &str,
        now: Timestamp,
    ) -> Result<Reference, Error> {
        if let Some(id) = self.group.at(now) {
            return Ok(Reference::Known(id));
        }
        reference(client.find_group(name).await, &self.group, now)
    }

    /// Returns the id of the user called `user_name`.
    pub(super) async fn caller(
        &self,
        client: &ServiceNowClient,
        user_name: &str,
        now: Timestamp,
    ) -> Result<Reference, Error> {
        if let Some(id) = self.caller.at(now) {
            return Ok(Reference::Known(id));
        }
        reference(client.find_user(user_name).await, &self.caller, now)
    }

    /// Returns which of the optional columns exist, or `None` where nobody knows.
    pub(super) async fn columns(
        &self,
        client: &ServiceNowClient,
        now: Timestamp,
    ) -> Result<Option<BTreeSet<String>>, Error> {
        if let Some(columns) = self.columns.at(now) {
            return Ok(Some(columns));
        }
        let columns = client.incident_columns(&OPTIONAL_COLUMNS).await?;
        if let Some(columns) = &columns {
            self.columns.keep(columns.clone(), now);
        }
        Ok(columns)
    }
}

/// A table that may not be read is like a name that is not in it: no reason to hold an alert back.
fn reference(
    found: Result<Option<SysId>, Error>,
    kept: &Remembered<SysId>,
    now: Timestamp,
) -> Result<Reference, Error> {
    match found {
        Ok(Some(id)) => {
            kept.keep(id.clone(), now);
            Ok(Reference::Known(id))
        }
        Ok(None) => Ok(Reference::Unknown("not known to the instance")),
        Err(error) if is_forbidden(&error) => Ok(Reference::Unknown("not readable by the account")),
        Err(error) => Err(error),
    }
}

fn is_forbidden(error: &Error) -> bool {
    error.kind() == ErrorKind::Unauthorized && error.status() == Some(403)
}

/// A value with the time it was learned. What was not found is never kept: it may appear any moment.
struct Remembered<T>(Mutex<Option<(Timestamp, T)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Remembered<T> {
    fn at(&self, now: Timestamp) -> Option<T> {
        let kept = self.0.lock();
        let (learned, value) = kept.as_ref()?;
        (now.since(*learned) < AGE_MAX).then(|| value.clone())
    }

    fn keep(&self, value: T, now: Timestamp) {
        *self.0.lock() = Some((now, value));
    }
}

/// Groups, users and columns change rarely; a change is seen an hour later, or at once after a reload.
const AGE_MAX: Duration = Duration::from_secs(3600);
