//! The declarative mapping: any JSON to OCSF, by configuration alone.
//!
//! A mapping is compiled once ([`Mapping::compile`]) and then applied to raw events. Compiling
//! proves what can be proved without an event: that the attributes exist in the class and take
//! what is written for them, and that nothing is missing that OCSF requires. What depends on the
//! event is settled for each: an item whose required values are absent or do not fit is
//! quarantined alone, and everything else comes out as an event that is valid OCSF.
//!
//! The body is read along the paths of the mapping only, and values are slices of it until an
//! attribute takes them (see `json`); no tree of values is built.
//!
//! The operator's reference is `docs/concepts/mappings.md`.

mod apply;
mod attribute;
mod check;
mod compile;
mod config;
mod group;
mod input;
mod item;
mod json;
mod leftover;
mod path;
mod readable;
mod requirement;
mod rules;
mod shape;
mod shipped;
mod table;
mod value;

use signalbox_model::ocsf::ClassUid;

use crate::BuildError;
use crate::role::{Normalize, Normalized, RawEvent};
use attribute::Attribute;
use group::Groups;
use input::{Input, Shapes};
use path::Path;

pub use config::{AttributeConfig, ClassName, Constant, MappingConfig, Paths, RuleConfig};
pub use shipped::{Shipped, shipped};
pub use signalbox_model::ocsf::mend_surrogates;

/// A compiled declarative mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    class: ClassUid,
    /// The list whose items become the events; the body is the one item without it.
    for_each: Option<Path>,
    shapes: Shapes,
    event_id: Vec<Input>,
    fingerprint: Vec<Input>,
    attributes: Vec<Attribute>,
    groups: Groups,
}

impl Mapping {
    /// Compiles a mapping.
    ///
    /// # Errors
    /// All mistakes at once, each with the JSON pointer below the mapping.
    pub fn compile(config: &MappingConfig) -> Result<Self, Vec<BuildError>> {
        compile::compile(config)
    }

    /// Returns the class of the events it makes.
    pub const fn class(&self) -> ClassUid {
        self.class
    }
}

/// A mapping is all that a source of any JSON needs.
impl Normalize for Mapping {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        self.apply(raw, out);
    }
}

#[cfg(test)]
mod tests;
