//! How far a finding is, over classes that number it differently.
//!
//! Detection, vulnerability and compliance findings share one numbering, incident findings have
//! another in which 3 is `On Hold` and 5 is `Closed`. Whoever asks whether a finding is done asks
//! here.

use super::Text;
use super::class::ClassUid;
use super::event::Event;
use super::ids::{finding_status, incident_status};

/// How far a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingStatus {
    /// Nobody has looked at it.
    New,
    /// Somebody works on it; an incident on hold counts as this.
    InProgress,
    /// Somebody decided that it need not be looked at.
    Suppressed,
    /// It is done; a closed incident counts as this.
    Resolved,
    /// It was put away.
    Archived,
    /// It was deleted.
    Deleted,
    /// The source has a word of its own.
    Other,
}

impl FindingStatus {
    /// Returns what a `status_id` means in a class of findings. 0 (Unknown) and numbers that OCSF
    /// does not have count as new: nobody said that it was looked at.
    pub const fn from_id(class: ClassUid, id: i64) -> Self {
        match class {
            ClassUid::IncidentFinding => of_incident(id),
            _ => of_finding(id),
        }
    }

    /// Returns the status of OCSF's word for it.
    pub fn from_caption(caption: &str) -> Option<Self> {
        let all = [
            Self::New,
            Self::InProgress,
            Self::Suppressed,
            Self::Resolved,
            Self::Archived,
            Self::Deleted,
            Self::Other,
        ];
        all.into_iter().find(|status| status.caption() == caption)
    }

    /// Whether the source is done with it: resolved, archived or deleted.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::Archived | Self::Deleted)
    }

    /// Returns OCSF's word for it.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::InProgress => "In Progress",
            Self::Suppressed => "Suppressed",
            Self::Resolved => "Resolved",
            Self::Archived => "Archived",
            Self::Deleted => "Deleted",
            Self::Other => "Other",
        }
    }
}

impl Event {
    /// Returns how far the finding is; `None` when the event is none or its source does not say.
    pub const fn finding_status(&self) -> Option<FindingStatus> {
        match self.status_id {
            Some(id) if self.is_finding() => Some(FindingStatus::from_id(self.class_uid(), id)),
            _ => None,
        }
    }

    /// Sets how far the finding is, by the numbers of its class. An incident has no number for
    /// suppressed, which is then kept as the source's word; archived and deleted close it. Events
    /// that are no findings stay as they are.
    pub fn set_finding_status(&mut self, status: FindingStatus) {
        let id = match self.class_uid() {
            ClassUid::IncidentFinding => incident_id(status),
            class if class.is_finding() => finding_id(status),
            _ => return,
        };
        self.status_id = Some(id);
        if id == finding_status::OTHER && status != FindingStatus::Other {
            self.status = Some(Text::const_new(status.caption()));
        }
    }
}

const fn of_finding(id: i64) -> FindingStatus {
    match id {
        finding_status::IN_PROGRESS => FindingStatus::InProgress,
        finding_status::SUPPRESSED => FindingStatus::Suppressed,
        finding_status::RESOLVED => FindingStatus::Resolved,
        finding_status::ARCHIVED => FindingStatus::Archived,
        finding_status::DELETED => FindingStatus::Deleted,
        finding_status::OTHER => FindingStatus::Other,
        _ => FindingStatus::New,
    }
}

const fn of_incident(id: i64) -> FindingStatus {
    match id {
        incident_status::IN_PROGRESS | incident_status::ON_HOLD => FindingStatus::InProgress,
        incident_status::RESOLVED | incident_status::CLOSED => FindingStatus::Resolved,
        incident_status::OTHER => FindingStatus::Other,
        _ => FindingStatus::New,
    }
}

const fn finding_id(status: FindingStatus) -> i64 {
    match status {
        FindingStatus::New => finding_status::NEW,
        FindingStatus::InProgress => finding_status::IN_PROGRESS,
        FindingStatus::Suppressed => finding_status::SUPPRESSED,
        FindingStatus::Resolved => finding_status::RESOLVED,
        FindingStatus::Archived => finding_status::ARCHIVED,
        FindingStatus::Deleted => finding_status::DELETED,
        FindingStatus::Other => finding_status::OTHER,
    }
}

const fn incident_id(status: FindingStatus) -> i64 {
    match status {
        FindingStatus::New => incident_status::NEW,
        FindingStatus::InProgress => incident_status::IN_PROGRESS,
        FindingStatus::Resolved => incident_status::RESOLVED,
        FindingStatus::Archived | FindingStatus::Deleted => incident_status::CLOSED,
        FindingStatus::Suppressed | FindingStatus::Other => incident_status::OTHER,
    }
}
