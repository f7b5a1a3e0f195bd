//! The structs agree with the schema, and the table is what the script makes of the facts.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use signalbox_model::Severity;
use signalbox_model::ocsf::caption::Captions;
use signalbox_model::ocsf::object::{Field, Object, Table};
use signalbox_model::ocsf::schema::{AttributeRule, Entity, Schema};
use signalbox_model::ocsf::{ClassUid, Event, FieldKind, VERSION, ids};

#[test]
fn every_attribute_of_every_struct_is_one_of_the_schema() {
    let mut agreement = Agreement::default();

    agreement.check_all();

    assert_eq!(agreement.faults, Vec::<String>::new());
    assert!(agreement.seen.len() > 60, "only {} objects were reached", agreement.seen.len());
}

#[test]
fn every_object_of_the_table_has_a_struct() {
    let mut agreement = Agreement::default();
    agreement.check_all();

    let without: Vec<_> = Schema::get()
        .objects
        .keys()
        .filter(|name| **name != "object" && !agreement.seen.contains(*name))
        .collect();

    assert_eq!(without, Vec::<&&str>::new());
}

#[test]
fn classes_and_their_activities_are_those_of_the_schema() {
    let schema = Schema::get();

    for class in ClassUid::ALL {
        let entity = schema.classes.get(&class.number()).unwrap();
        let captions = |name: &str| {
            let rule = entity.attributes.get(name).unwrap();
            schema.captions(rule).unwrap().to_vec()
        };
        let activities: Vec<_> =
            class.activities().iter().map(|one| (one.id.to_string(), one.name)).collect();
        let types: Vec<_> = class
            .activities()
            .iter()
            .map(|one| ((class.number() * 100 + one.id).to_string(), one.type_name))
            .collect();

        assert_eq!(entity.name, class.name());
        assert_eq!(owned(&captions("class_uid")), [(class.number().to_string(), class.caption())]);
        assert_eq!(
            owned(&captions("category_uid")),
            [(class.category_number().to_string(), class.category_caption())]
        );
        assert_eq!(owned(&captions("activity_id")), activities);
        assert_eq!(owned(&captions("type_uid")), types);
    }
}

#[test]
fn severities_are_those_of_the_schema() {
    let base = Schema::get().classes.get(&0).unwrap();
    let rule = base.attributes.get("severity_id").unwrap();

    let ours = Severity::ALL.map(|severity| (severity.id().to_string(), severity.caption()));

    assert_eq!(owned(Schema::get().captions(rule).unwrap()), ours);
}

#[test]
fn statuses_are_those_of_the_schema() {
    for (class, ours) in [
        (ClassUid::Base, ids::status::CAPTIONS),
        (ClassUid::Authentication, ids::status::CAPTIONS),
        (ClassUid::DetectionFinding, ids::finding_status::CAPTIONS),
        (ClassUid::IncidentFinding, ids::incident_status::CAPTIONS),
    ] {
        let entity = Schema::get().classes.get(&class.number()).unwrap();
        let rule = entity.attributes.get("status_id").unwrap();
        assert_eq!(owned(Schema::get().captions(rule).unwrap()), numbered(ours), "{class}");
    }
}

#[test]
fn every_number_with_a_caption_in_the_schema_has_it_here() {
    let mut agreement = Agreement::default();
    agreement.check_all();

    // Lists have their words in a list of their own, and the type of another event is no list.
    let expected = ["malware.classification_ids", "related_event.type_uid", "dns_answer.flag_ids"];
    assert_eq!(agreement.uncaptioned, expected);
}

#[test]
fn the_table_is_of_the_version_that_is_emitted() {
    assert_eq!(Schema::get().version, VERSION);
}

#[test]
fn the_table_is_what_the_script_makes_of_the_facts() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set, so the table was not made anew");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");

    let made = Command::new("python3")
        .arg(folder.join("derive.py"))
        .arg(Path::new(&corpus).join("ocsf/ocsf-1.8.0.facts.json"))
        .output()
        .unwrap();

    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let kept = std::fs::read(folder.join("ocsf-1.8.0.tsv")).unwrap();
    assert!(made.stdout == kept, "run schema/derive.py and commit schema/ocsf-1.8.0.tsv");
}

#[derive(Default)]
struct Agreement {
    seen: HashSet<&'static str>,
    faults: Vec<String>,
    uncaptioned: Vec<String>,
}

impl Agreement {
    fn check_all(&mut self) {
        for class in ClassUid::ALL {
            let entity = Schema::get().classes.get(&class.number()).unwrap();
            self.check(Event::table(), entity);
            self.check(class.table(), entity);
        }
    }

    fn check(&mut self, table: &'static Table, entity: &'static Entity) {
        for field in table.flattened() {
            let Some(rule) = entity.attributes.get(field.name) else {
                self.faults.push(format!("{} has no `{}`", entity.name, field.name));
                continue;
            };
            self.field(field, rule, entity);
        }
    }

    fn field(&mut self, field: &Field, rule: &'static AttributeRule, entity: &Entity) {
        let expected = kind_of(rule);
        // The open object is no struct of ours.
        let is_open = rule.type_name == "object";
        if !is_open && field.kind != expected {
            let fault = format!("{}.{} is {expected}", entity.name, field.name);
            self.faults.push(format!("{fault}, not {}", field.kind));
        }
        if let (Some(ours), Some(theirs)) = (field.captions, Schema::get().captions(rule))
            && owned(theirs) != numbered(ours)
        {
            self.faults.push(format!("{}.{} has other captions", entity.name, field.name));
        }
        if field.captions.is_none() && rule.sibling.is_some() {
            self.uncaptioned.push(format!("{}.{}", entity.name, field.name));
        }
        let Some(inner) = field.object.map(|table| table()) else { return };
        if inner.name != rule.type_name {
            let fault = format!("{}.{} holds {}", entity.name, field.name, rule.type_name);
            self.faults.push(format!("{fault}, not {}", inner.name));
        }
        if self.seen.insert(inner.name) {
            self.check(inner, Schema::get().objects.get(inner.name).unwrap());
        }
    }
}

fn kind_of(rule: &AttributeRule) -> FieldKind {
    let base = Schema::get().base_type(rule);
    match (rule.is_object, rule.is_array, base) {
        (true, false, _) => FieldKind::Object,
        (true, true, _) => FieldKind::ObjectList,
        (_, true, "string_t") => FieldKind::TextList,
        (_, true, _) => FieldKind::IntegerList,
        _ if rule.type_name == "timestamp_t" => FieldKind::Timestamp,
        (_, _, "integer_t" | "long_t") => FieldKind::Integer,
        (_, _, "float_t") => FieldKind::Float,
        (_, _, "boolean_t") => FieldKind::Boolean,
        (_, _, "json_t") => FieldKind::Json,
        _ => FieldKind::Text,
    }
}

fn numbered(captions: &'static Captions) -> Vec<(String, &'static str)> {
    captions.iter().map(|(number, caption)| (number.to_string(), *caption)).collect()
}

fn owned(captions: &[(&'static str, &'static str)]) -> Vec<(String, &'static str)> {
    captions.iter().map(|(number, caption)| ((*number).to_owned(), *caption)).collect()
}
