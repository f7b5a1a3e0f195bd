//! Events to test with: one by hand, and for each class one with everything in it that a path can
//! set.

use signalbox_model::Severity;
use signalbox_model::ocsf::object::{Field, Object, Table};
use signalbox_model::ocsf::objects::{Evidence, FindingInfo, NetworkEndpoint, Product};
use signalbox_model::ocsf::schema::{AttributeRule, Entity, Requirement, Schema};
use signalbox_model::ocsf::{
    Class, ClassUid, DetectionFinding, Event, FieldKind, FieldPath, Value, ValueRef,
};
use signalbox_model::time::Timestamp;

pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);

/// A detection as a connector would make it.
pub(crate) fn detection() -> Event {
    let source = NetworkEndpoint {
        ip: Some("203.0.113.7".into()),
        port: Some(50_022),
        ..NetworkEndpoint::default()
    };
    let finding = DetectionFinding {
        finding_info: Some(Box::new(FindingInfo {
            uid: Some("f-1".into()),
            title: Some("Login from a new country".into()),
            types: vec!["Login".into(), "Geography".into()],
            ..FindingInfo::default()
        })),
        evidences: vec![Evidence { src_endpoint: Some(Box::new(source)), ..Evidence::default() }],
        ..DetectionFinding::default()
    };
    let mut event = Event::new(Class::DetectionFinding(Box::new(finding)), NOON);
    event.severity = Severity::High;
    event.metadata.product =
        Some(Box::new(Product { name: Some("Acme EDR".into()), ..Product::default() }));
    event
}

/// A path with a value that suits it.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) path: String,
    pub(crate) value: Owned,
}

/// A value that owns what it holds.
#[derive(Clone, Debug)]
pub(crate) enum Owned {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Timestamp(Timestamp),
    Json(String),
}

impl Owned {
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Boolean(is_true) => Value::Boolean(*is_true),
            Self::Timestamp(time) => Value::Timestamp(*time),
            Self::Json(json) => Value::Json(json),
        }
    }

    pub(crate) fn value_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Text(text) => ValueRef::Text(text),
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Float(number) => ValueRef::Float(*number),
            Self::Boolean(is_true) => ValueRef::Boolean(*is_true),
            Self::Timestamp(time) => ValueRef::Timestamp(*time),
            Self::Json(json) => ValueRef::Json(json),
        }
    }
}

/// Returns a sample of every path of a class, down to objects five deep.
pub(crate) fn samples(class: ClassUid) -> Vec<Sample> {
    let entity = Schema::get().classes.get(&class.number()).unwrap();
    let mut walk = Walk { samples: Vec::new(), objects: Vec::new() };
    for table in [Event::table(), class.table()] {
        walk.table(table, entity, "");
    }
    walk.samples
}

/// Returns an event of a class with every path set, and what was set.
pub(crate) fn filled(class: ClassUid) -> (Event, Vec<Sample>) {
    let samples = samples(class);
    let mut event = Event::new(Class::new(class), NOON);
    for sample in &samples {
        let path = FieldPath::parse(&sample.path).unwrap();
        event.assign(&path, sample.value.value()).unwrap();
    }
    (event, samples)
}

pub(crate) fn json(event: &Event) -> serde_json::Value {
    let mut bytes = Vec::new();
    event.write_json(&mut bytes);
    serde_json::from_slice(&bytes).unwrap()
}

struct Walk {
    samples: Vec<Sample>,
    objects: Vec<&'static str>,
}

impl Walk {
    fn table(&mut self, table: &'static Table, entity: &'static Entity, prefix: &str) {
        for field in table.flattened() {
            let Some(rule) = entity.attributes.get(field.name) else { continue };
            if EITHER_OR.contains(&(entity.name, field.name)) {
                continue;
            }
            let path = format!("{prefix}{}", field.name);
            match field.object {
                Some(inner) if self.enters(rule) => self.object(inner(), rule, &path),
                Some(_) => {}
                None => self.scalar(field, rule, entity, path),
            }
        }
    }

    fn enters(&self, rule: &AttributeRule) -> bool {
        let is_shallow = self.objects.len() < 5 && !self.objects.contains(&rule.type_name);
        is_shallow || rule.requirement == Requirement::Required
    }

    fn object(&mut self, table: &'static Table, rule: &AttributeRule, path: &str) {
        let entity = Schema::get().objects.get(rule.type_name).unwrap();
        self.objects.push(rule.type_name);
        self.table(table, entity, &format!("{path}."));
        self.objects.pop();
    }

    fn scalar(
        &mut self,
        field: &Field,
        rule: &AttributeRule,
        entity: &'static Entity,
        path: String,
    ) {
        if !field.is_assignable {
            return;
        }
        let value = match path.as_str() {
            // A name must lead to an attribute.
            "observables.name" => Owned::Text("message".to_owned()),
            _ => suitable(field, rule, entity),
        };
        self.samples.push(Sample { path, value });
    }
}

fn suitable(field: &Field, rule: &AttributeRule, entity: &'static Entity) -> Owned {
    if let Some((key, _)) = telling(rule) {
        return match field.kind {
            FieldKind::Text => Owned::Text(key.to_owned()),
            _ => Owned::Integer(key.parse().unwrap()),
        };
    }
    let number = entity.attributes.get(format!("{}_id", field.name).as_str());
    if let Some((_, caption)) = number.and_then(telling) {
        return Owned::Text(caption.to_owned());
    }
    match field.kind {
        FieldKind::Text | FieldKind::TextList => Owned::Text(format!("a \"{}\"", field.name)),
        FieldKind::Integer | FieldKind::IntegerList => Owned::Integer(42),
        FieldKind::Float => Owned::Float(7.0),
        FieldKind::Boolean => Owned::Boolean(true),
        FieldKind::Timestamp => Owned::Timestamp(NOON),
        FieldKind::Json => Owned::Json("{\"a\":[1]}".to_owned()),
        FieldKind::Object | FieldKind::ObjectList => unreachable!("objects are entered"),
    }
}

/// Returns a value of an enumeration, with its caption, that is neither Unknown nor Other.
fn telling(rule: &AttributeRule) -> Option<(&'static str, &'static str)> {
    let captions = Schema::get().captions(rule)?;
    captions.iter().copied().find(|(key, _)| !["0", "99"].contains(key))
}

/// Exactly one way to name a weakness is allowed; the samples take the CVE.
const EITHER_OR: &[(&str, &str)] = &[("vulnerability", "cwe"), ("vulnerability", "advisory")];
