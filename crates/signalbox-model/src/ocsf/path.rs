//! Paths to attributes, compiled once and followed without comparing text.
//!
//! A path is written as OCSF writes it: `src_endpoint.ip`, `vulnerabilities.cve.uid`. Lists are
//! entered without an index, so one path may lead to several values. The classes differ in what
//! they have; a path holds the steps for each and is valid when at least one class has it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::caption::Captions;
use super::class::ClassUid;
use super::convert;
use super::header::Header;
use super::resolve::{Miss, resolve};
use super::value::FieldKind;

/// A compiled path to an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    text: Box<str>,
    kind: FieldKind,
    captions: Option<&'static Captions>,
    is_assignable: bool,
    is_repeated: bool,
    target: Target,
}

impl FieldPath {
    /// Compiles a path. `unmapped.` may be followed by any key, points included; `unmapped.*`
    /// leads to all values left over.
    ///
    /// # Errors
    /// When no class has the attribute; the error names the nearest path there is.
    pub fn parse(path: &str) -> Result<Self, UnknownField> {
        let text = path.into();
        if let Some(header) = Header::from_name(path) {
            return Ok(Self {
                text,
                kind: header.kind(),
                captions: header.captions(),
                is_assignable: header.is_assignable(),
                is_repeated: false,
                target: Target::Header(header),
            });
        }
        match path.strip_prefix("unmapped.") {
            Some(key) if key != "*" && !key.is_empty() => Ok(Self {
                text,
                kind: FieldKind::Json,
                captions: None,
                is_assignable: true,
                is_repeated: false,
                target: Target::Unmapped(key.into()),
            }),
            Some("*") => Ok(Self { is_repeated: true, ..Self::compile("unmapped", text)? }),
            _ => Self::compile(path, text),
        }
    }

    fn compile(path: &str, text: Box<str>) -> Result<Self, UnknownField> {
        let mut steps = Steps::default();
        let mut found = None;
        let mut furthest = Miss::default();
        for class in ClassUid::ALL {
            match resolve(path, class) {
                Ok(route) => {
                    steps.set(class, &route.steps);
                    found = Some(route);
                }
                Err(miss) => furthest.absorb(miss),
            }
        }
        let Some(route) = found else {
            return Err(UnknownField { path: path.to_owned(), nearest: furthest.nearest(path) });
        };
        Ok(Self {
            text,
            kind: route.field.kind,
            captions: route.field.captions,
            is_assignable: route.field.is_assignable && !route.field.kind.is_object(),
            is_repeated: route.is_repeated,
            target: Target::Steps(steps),
        })
    }

    /// Returns the path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what the attribute holds.
    pub const fn kind(&self) -> FieldKind {
        self.kind
    }

    /// Returns the enumeration behind the attribute, where it is the same in all classes: the
    /// numbers it may be, or whose captions it may be.
    pub const fn captions(&self) -> Option<&'static Captions> {
        self.captions
    }

    /// Whether the path may lead to several values.
    pub const fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// Whether events of the class may have the attribute.
    pub fn exists_in(&self, class: ClassUid) -> bool {
        match &self.target {
            Target::Steps(steps) => steps.of(class).is_some(),
            Target::Header(_) | Target::Unmapped(_) => true,
        }
    }

    /// Whether a mapping may set the attribute; the rest is computed or holds attributes.
    pub const fn is_assignable(&self) -> bool {
        self.is_assignable
    }

    /// Whether the attribute may be set from values of a kind, at least from some of them: a text
    /// fits an integer, though not every text does.
    pub const fn accepts(&self, kind: FieldKind) -> bool {
        self.is_assignable && convert::accepts(self.kind, kind)
    }

    pub(super) const fn target(&self) -> &Target {
        &self.target
    }
}

impl FromStr for FieldPath {
    type Err = UnknownField;

    fn from_str(path: &str) -> Result<Self, UnknownField> {
        Self::parse(path)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

/// A path that no class has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown field `{path}`{}", suggestion(nearest.as_deref()))]
pub struct UnknownField {
    /// The path as it was written.
    pub path: String,
    /// The nearest path there is, where one is near.
    pub nearest: Option<String>,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// By steps from the event.
    Steps(Steps),
    /// To what follows from class, activity and severity.
    Header(Header),
    /// To what was left over under a key.
    Unmapped(Box<str>),
}

/// The steps of a path, by class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    by_class: [Option<Box<[u8]>>; ClassUid::ALL.len()],
}

impl Steps {
    /// Returns the steps of a class, if it has the attribute.
    pub(super) fn of(&self, class: ClassUid) -> Option<&[u8]> {
        self.by_class.get(class as usize)?.as_deref()
    }

    fn set(&mut self, class: ClassUid, steps: &[u8]) {
        if let Some(slot) = self.by_class.get_mut(class as usize) {
            *slot = Some(steps.into());
        }
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|path| format!("; did you mean `{path}`?")).unwrap_or_default()
}
