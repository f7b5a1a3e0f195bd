//! Where an event comes from: its producer, its identities and its times.

use std::ops::ControlFlow;

use super::identity::Organization;
use crate::ocsf::Text;
use crate::ocsf::attribute::Attribute;
use crate::ocsf::object::{Object, Table, Visitor};
use crate::ocsf::profile::{DeclaredProfiles, SchemaVersion};
use crate::ocsf::value::{FieldKind, Mismatch, Value};
use crate::ocsf::writer::JsonWriter;
use crate::time::Timestamp;

/// What is known about the event itself. Schema version and profiles are written by themselves.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "metadata")]
pub struct Metadata {
    /// The schema's version, always [`VERSION`](crate::ocsf::VERSION).
    pub version: SchemaVersion,
    /// The profiles whose attributes were written, known once the rest is.
    pub profiles: DeclaredProfiles,
    /// The id of this OCSF record, new for every emitted event.
    pub uid: Option<Text>,
    /// The source's own id of the event.
    pub original_event_uid: Option<Text>,
    /// What ties copies of one event together.
    pub correlation_uid: Option<Text>,
    /// The source's code of this kind of event, such as a signature id.
    pub event_code: Option<Text>,
    /// The product that saw it happen. Needs a name or a uid.
    pub product: Option<Box<Product>>,
    /// Who passed the event on.
    pub reporter: Option<Box<Reporter>>,
    /// The log it was read from.
    pub log_name: Option<Text>,
    /// The service that logged it.
    pub log_provider: Option<Text>,
    /// The source within the log, such as a file or a stream.
    pub log_source: Option<Text>,
    /// The format it was received in, such as `CEF`.
    pub log_format: Option<Text>,
    /// The source's log level.
    pub log_level: Option<Text>,
    /// The version of the source's event schema.
    pub log_version: Option<Text>,
    /// When the source's log took it.
    pub logged_time: Option<Timestamp>,
    /// When it was last processed on its way.
    pub processed_time: Option<Timestamp>,
    /// When the record was last changed.
    pub modified_time: Option<Timestamp>,
    /// When it was sent on.
    pub transmit_time: Option<Timestamp>,
    /// The time as the source wrote it.
    pub original_time: Option<Text>,
    /// The source's running number.
    pub sequence: Option<i64>,
    /// The tenant it belongs to.
    pub tenant_uid: Option<Text>,
    /// Labels of the record.
    pub labels: Vec<Text>,
    /// Tags of the record.
    pub tags: Vec<KeyValue>,
    /// What turned the original into this record.
    pub transformation_info_list: Vec<TransformationInfo>,
    /// Whether something was cut off.
    pub is_truncated: Option<bool>,
    /// The size in bytes before something was cut off.
    pub untruncated_size: Option<i64>,
}

/// A product: the one that saw something, or the one something is about. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "product")]
pub struct Product {
    /// The product's name.
    pub name: Option<Text>,
    /// Who makes it.
    pub vendor_name: Option<Text>,
    /// The vendor's id of the product or of the installed instance.
    pub uid: Option<Text>,
    /// The product's version.
    pub version: Option<Text>,
    /// The part of the product that was at work.
    pub feature: Option<Box<Feature>>,
    /// The language of its texts, ISO 639-1.
    pub lang: Option<Text>,
    /// Where it is installed.
    pub path: Option<Text>,
    /// Its CPE 2.3 name.
    pub cpe_name: Option<Text>,
    /// The product's own address.
    pub url_string: Option<Text>,
}

/// A part of a product. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "feature")]
pub struct Feature {
    /// The part's name.
    pub name: Option<Text>,
    /// The vendor's id of the part.
    pub uid: Option<Text>,
    /// The part's version.
    pub version: Option<Text>,
}

/// Who passed an event on. Needs one of host name, address, name or uid.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "reporter")]
pub struct Reporter {
    /// The reporter's name.
    pub name: Option<Text>,
    /// The host it runs on.
    pub hostname: Option<Text>,
    /// Its address.
    pub ip: Option<Text>,
    /// Its id.
    pub uid: Option<Text>,
    /// Who runs it.
    pub org: Option<Box<Organization>>,
}

/// A tag: a name with one value or several.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "key_value_object")]
pub struct KeyValue {
    /// The tag's name.
    pub name: Option<Text>,
    /// Its value.
    pub value: Option<Text>,
    /// Its values, where there are several.
    pub values: Vec<Text>,
}

/// One step of turning an original into OCSF. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "transformation_info")]
pub struct TransformationInfo {
    /// The mapping's name.
    pub name: Option<Text>,
    /// The mapping's id or version.
    pub uid: Option<Text>,
    /// The language the mapping is written in.
    pub lang: Option<Text>,
    /// The product that applied it.
    pub product: Option<Box<Product>>,
    /// When it was applied.
    pub time: Option<Timestamp>,
    /// Where the mapping is found.
    pub url_string: Option<Text>,
}

/// Every event has metadata, so they are held directly.
impl Attribute for Metadata {
    const KIND: FieldKind = FieldKind::Object;
    const OBJECT: Option<fn() -> &'static Table> = Some(Self::table);

    fn is_absent(&self) -> bool {
        false
    }

    fn visit<'a>(&'a self, steps: &[u8], visitor: &mut Visitor<'a, '_>) -> ControlFlow<()> {
        Object::visit(self, steps, visitor)
    }

    fn assign(&mut self, steps: &[u8], value: Value<'_>) -> Result<(), Mismatch> {
        Object::assign(self, steps, value)
    }

    fn write(&self, key: &'static [u8], writer: &mut JsonWriter<'_>) {
        writer.key(key);
        writer.object(self);
    }
}
