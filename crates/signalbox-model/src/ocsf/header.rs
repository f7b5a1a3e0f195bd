//! The head of an event: what it is, how bad, and how it ended.
//!
//! Class, category, type, severity, activity and status are read, set and written by hand, for
//! their captions depend on the class and most of them are no fields at all.

use super::activity::Activity;
use super::caption::{self, Captions, Required};
use super::class::ClassUid;
use super::event::Event;
use super::value::{FieldKind, Mismatch, Value, ValueRef};
use super::writer::JsonWriter;
use super::{Text, convert, ids};
use crate::Severity;

/// The attributes that follow from class, activity, severity and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    ActivityId,
    ActivityName,
    CategoryName,
    CategoryUid,
    ClassName,
    ClassUid,
    Severity,
    SeverityId,
    Status,
    StatusId,
    TypeName,
    TypeUid,
}

impl Header {
    /// All of them.
    pub(super) const ALL: [Self; 12] = [
        Self::ActivityId,
        Self::ActivityName,
        Self::CategoryName,
        Self::CategoryUid,
        Self::ClassName,
        Self::ClassUid,
        Self::Severity,
        Self::SeverityId,
        Self::Status,
        Self::StatusId,
        Self::TypeName,
        Self::TypeUid,
    ];

    /// Returns the attribute of a name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|header| header.name() == name)
    }

    /// Returns the name of the attribute.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ActivityId => "activity_id",
            Self::ActivityName => "activity_name",
            Self::CategoryName => "category_name",
            Self::CategoryUid => "category_uid",
            Self::ClassName => "class_name",
            Self::ClassUid => "class_uid",
            Self::Severity => "severity",
            Self::SeverityId => "severity_id",
            Self::Status => "status",
            Self::StatusId => "status_id",
            Self::TypeName => "type_name",
            Self::TypeUid => "type_uid",
        }
    }

    /// Returns what it holds.
    pub(super) const fn kind(self) -> FieldKind {
        match self {
            Self::ActivityId
            | Self::CategoryUid
            | Self::ClassUid
            | Self::SeverityId
            | Self::StatusId
            | Self::TypeUid => FieldKind::Integer,
            _ => FieldKind::Text,
        }
    }

    /// Returns its enumeration, where all classes share one.
    pub(super) const fn captions(self) -> Option<&'static Captions> {
        match self {
            Self::Severity | Self::SeverityId => Some(ids::severity::CAPTIONS),
            _ => None,
        }
    }

    /// Whether a mapping may set it.
    pub(super) const fn is_assignable(self) -> bool {
        matches!(
            self,
            Self::ActivityId
                | Self::ActivityName
                | Self::Severity
                | Self::SeverityId
                | Self::Status
                | Self::StatusId
        )
    }
}

impl Event {
    pub(super) fn write_header(&self, writer: &mut JsonWriter<'_>) {
        let class = self.class_uid();
        writer.key(b"\"activity_id\":");
        writer.integer(self.activity_id);
        write_word(b"\"activity_name\":", self.activity(), writer);
        writer.key(b"\"category_uid\":");
        writer.integer(class.category_number());
        writer.key(b"\"class_uid\":");
        writer.integer(class.number());
        writer.key(b"\"class_name\":");
        writer.word(class.caption());
        writer.key(b"\"type_uid\":");
        writer.integer(self.type_uid());
        writer.key(b"\"severity_id\":");
        writer.integer(self.severity.id());
        // OCSF wants the source's own word beside 99, which nobody has here: none at all then.
        if self.severity != Severity::Other {
            writer.key(b"\"severity\":");
            writer.word(self.severity.caption());
        }
        if self.status_id.is_some() || class == ClassUid::IncidentFinding {
            // Incidents alone are required to have one.
            self.status_id.write(b"\"status_id\":", self.status.is_some(), writer);
        }
        write_word(b"\"status\":", self.status_word(), writer);
    }

    pub(super) fn header(&self, header: Header) -> Option<ValueRef<'_>> {
        let class = self.class_uid();
        Some(match header {
            Header::ActivityId => ValueRef::Integer(self.activity_id),
            Header::ActivityName => ValueRef::Text(self.activity()?),
            Header::CategoryName => ValueRef::Text(class.category_caption()),
            Header::CategoryUid => ValueRef::Integer(class.category_number()),
            Header::ClassName => ValueRef::Text(class.caption()),
            Header::ClassUid => ValueRef::Integer(class.number()),
            Header::Severity => ValueRef::Text(self.severity.caption()),
            Header::SeverityId => ValueRef::Integer(self.severity.id()),
            Header::Status => ValueRef::Text(self.status_word()?),
            Header::StatusId => ValueRef::Integer(self.status_id?),
            Header::TypeName => ValueRef::Text(self.known_activity()?.type_name),
            Header::TypeUid => ValueRef::Integer(self.type_uid()),
        })
    }

    pub(super) fn assign_header(
        &mut self,
        header: Header,
        value: Value<'_>,
    ) -> Result<(), Mismatch> {
        match header {
            Header::ActivityId => self.activity_id = convert::to_integer(value)?,
            Header::ActivityName => self.assign_activity(&convert::to_text(value)?),
            Header::SeverityId => {
                let id = convert::to_integer(value)?;
                let refused = convert::mismatch(FieldKind::Integer, value);
                self.severity = Severity::from_id(id).ok_or(refused)?;
            }
            Header::Severity => {
                let word = convert::to_text(value)?;
                let refused = convert::mismatch(FieldKind::Text, value);
                self.severity = Severity::parse(&word).ok_or(refused)?;
            }
            Header::StatusId => self.status_id = Some(convert::to_integer(value)?),
            Header::Status => {
                let captions = self.status_captions();
                caption::assign(&mut self.status, &mut self.status_id, captions, value)?;
            }
            _ => return Err(convert::mismatch(header.kind(), value)),
        }
        Ok(())
    }

    fn assign_activity(&mut self, word: &str) {
        let mut activities = self.class_uid().activities().iter();
        match activities.find(|activity| activity.name.eq_ignore_ascii_case(word)) {
            Some(activity) => self.activity_id = activity.id,
            None => {
                self.activity_id = caption::OTHER;
                self.activity_name = Some(Text::new(word));
            }
        }
    }

    fn known_activity(&self) -> Option<&'static Activity> {
        self.class_uid().activities().iter().find(|activity| activity.id == self.activity_id)
    }

    fn activity(&self) -> Option<&str> {
        let known = self.known_activity().filter(|activity| activity.id != caption::OTHER);
        known.map(|activity| activity.name).or(self.activity_name.as_deref())
    }

    fn status_word(&self) -> Option<&str> {
        caption::word_of(self.status.as_deref(), self.status_id, self.status_captions())
    }

    fn status_captions(&self) -> &'static Captions {
        match self.class_uid() {
            ClassUid::IncidentFinding => ids::incident_status::CAPTIONS,
            class if class.is_finding() => ids::finding_status::CAPTIONS,
            _ => ids::status::CAPTIONS,
        }
    }
}

fn write_word(key: &'static [u8], word: Option<&str>, writer: &mut JsonWriter<'_>) {
    if let Some(word) = word {
        writer.key(key);
        writer.text(word);
    }
}
