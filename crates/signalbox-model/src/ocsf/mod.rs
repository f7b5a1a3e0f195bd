//! The event of Signalbox: OCSF 1.8.0, typed.
//!
//! OCSF is an open tree of about 180 objects; an event fills some thirty attributes of it. Two easy
//! ways lead to a slow or a wrong hub. A `serde_json::Value` per event costs more than all the rest
//! of the line together and lets a mapping write `src_endpoint.prot`. Structs generated from the
//! schema are 40,000 lines that nobody reads, with an enumeration type for everything.
//!
//! So the structs here are written by hand, with the attributes a SOC works with, and a derive
//! ([`Object`](object::Object)) writes what must not be written by hand: the table of attributes,
//! the walk along a path, the assignment, the JSON. That gives three ways to one event:
//!
//! - **Rust code** (connectors) fills struct fields, and the compiler checks the names.
//! - **Paths** (rules, queries, declarative mappings) are compiled once by [`FieldPath::parse`]
//!   into steps, index by index; evaluating one compares no text and allocates nothing.
//! - **JSON** is written by [`Event::write_json`] straight into bytes, and [`Event::read_json`] reads it.
//!
//! What follows from other attributes is written by nobody else: class, category and type numbers
//! with their captions, the schema version, and the profiles (see [`profile`]). What no attribute
//! is there for goes into [`Unmapped`].
//!
//! That the structs agree with OCSF is proved by a test against [`schema`], a compact table of the
//! schema's facts, which serves nothing else: no path and no writer reads it.
//!
//! ```
//! use signalbox_model::Severity;
//! use signalbox_model::ocsf::objects::{FindingInfo, Product};
//! use signalbox_model::ocsf::{Class, DetectionFinding, Event, FieldPath, ValueRef};
//! use signalbox_model::time::Timestamp;
//!
//! let mut finding = DetectionFinding::default();
//! finding.finding_info = Some(Box::new(FindingInfo {
//!     uid: Some("f-1".into()),
//!     title: Some("Login from a new country".into()),
//!     ..FindingInfo::default()
//! }));
//! let class = Class::DetectionFinding(Box::new(finding));
//! let mut event = Event::new(class, Timestamp::from_millis(1_772_366_400_000));
//! event.severity = Severity::High;
//! event.metadata.product =
//!     Some(Box::new(Product { name: Some("Acme EDR".into()), ..Product::default() }));
//!
//! let title = FieldPath::parse("finding_info.title")?;
//! assert_eq!(event.first(&title), Some(ValueRef::Text("Login from a new country")));
//!
//! let mut json = Vec::new();
//! event.write_json(&mut json);
//! assert!(json.starts_with(b"{\"activity_id\":1,\"activity_name\":\"Create\""));
//! # Ok::<(), signalbox_model::ocsf::UnknownField>(())
//! ```

pub mod activity;
pub mod attribute;
pub mod caption;
pub mod ids;
pub mod members;
pub mod object;
pub mod objects;
pub mod profile;
pub mod schema;

mod class;
mod classes;
mod convert;
mod event;
mod header;
mod json;
mod path;
mod reader;
mod resolve;
mod resource;
mod scalar;
mod status;
mod surrogate;
mod unmapped;
mod value;
mod writer;

pub use class::{Class, ClassUid};
pub use classes::{
    Authentication, ComplianceFinding, DetectionFinding, DnsActivity, EntityManagement, Flow,
    HttpActivity, IncidentFinding, NetworkActivity, Triage, VulnerabilityFinding,
};
pub use event::{AssignError, Event};
pub use json::{InvalidJson, Json};
pub use path::{FieldPath, UnknownField};
pub use resource::PrimaryResource;
pub use status::FindingStatus;
pub use surrogate::mend as mend_surrogates;
pub use unmapped::Unmapped;
pub use value::{FieldKind, Mismatch, Value, ValueRef};
pub use writer::JsonWriter;

/// The text of an attribute: up to 24 bytes are kept in place, without an allocation.
pub type Text = compact_str::CompactString;

/// The version of the schema that events follow.
pub const VERSION: &str = "1.8.0";
