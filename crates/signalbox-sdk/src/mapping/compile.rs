//! From the configuration to a mapping that makes valid events only.
//!
//! Everything that can be known without an event is checked here, and all mistakes are said at
//! once: names, paths, the kinds and words of constants, and what OCSF requires together.

use std::collections::BTreeMap;

use signalbox_model::ocsf::{ClassUid, FieldPath};

use super::Mapping;
use super::attribute::{Attribute, Provenance, Reading};
use super::check;
use super::config::{AttributeConfig, Constant, MappingConfig, Paths, RuleConfig};
use super::group::Groups;
use super::input::{Input, Shapes};
use super::path::{Origin, Path};
use super::rules::Rules;
use super::table::Table;
use crate::BuildError;

/// Compiles a mapping.
pub(super) fn compile(config: &MappingConfig) -> Result<Mapping, Vec<BuildError>> {
    let class = check::class(&config.class).and_then(|class| Ok((class, Groups::new(class)?)));
    let (class, groups) = class.map_err(|error| vec![BuildError::at("/class", error)])?;
    let mut compiler = Compiler {
        class,
        groups,
        shapes: Shapes::default(),
        attributes: Vec::new(),
        errors: Vec::new(),
    };
    let for_each = config.for_each.as_deref().and_then(|path| compiler.split(path));
    let event_id = compiler.inputs("/event_id", &config.event_id);
    let fingerprint = compiler.inputs("/fingerprint", &config.fingerprint);
    for (name, attribute) in &config.attributes {
        compiler.attribute(name, attribute);
    }
    compiler.identify(config);
    compiler.require();
    let Compiler { groups, shapes, attributes, errors, .. } = compiler;
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Mapping { class, for_each, shapes, event_id, fingerprint, attributes, groups })
}

struct Compiler {
    class: ClassUid,
    groups: Groups,
    shapes: Shapes,
    attributes: Vec<Attribute>,
    errors: Vec<BuildError>,
}

impl Compiler {
    /// Notes a mistake.
    fn report(&mut self, pointer: &str, message: impl Into<String>) {
        self.errors.push(BuildError::at(pointer, message));
    }

    /// Takes what is right, and notes what is not.
    fn accept<T, E: ToString>(&mut self, pointer: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.report(pointer, error.to_string())).ok()
    }

    fn split(&mut self, text: &str) -> Option<Path> {
        let path = self.accept("/for_each", Path::parse(text))?;
        if matches!(path.origin, Origin::Transport(_)) {
            self.report("/for_each", "it wants a list of the body, such as `alerts`, or `$`");
            return None;
        }
        self.shapes.body.get_or_insert_default().split_at(&path.steps);
        Some(path)
    }

    fn inputs(&mut self, pointer: &str, paths: &Paths) -> Vec<Input> {
        let mut inputs = Vec::new();
        for (index, text) in paths.0.iter().enumerate() {
            let pointer = match paths.0.len() {
                1 => pointer.to_owned(),
                _ => format!("{pointer}/{index}"),
            };
            let path = self.accept(&pointer, Path::parse(text));
            inputs.extend(path.map(|path| self.shapes.input(path)));
        }
        inputs
    }

    fn some_inputs(&mut self, pointer: &str, paths: &Paths) -> Vec<Input> {
        if paths.is_empty() {
            self.report(pointer, "the list is empty; write at least one path");
        }
        self.inputs(pointer, paths)
    }

    /// Looks at everything that is written of an attribute. Whatever is wrong with it, it counts as mapped, so that
    /// nobody is told to map it.
    fn attribute(&mut self, name: &str, config: &AttributeConfig) {
        let pointer = format!("/attributes/{}", escape(name));
        let inputs = self.inputs_of(&pointer, config);
        let target = check::target(self.class, name);
        let Some((target, rules)) = self.accept(&pointer, target) else { return };
        let goal = Goal { pointer: &pointer, target: &target, rules: &rules };
        let provenance = match config {
            AttributeConfig::Paths(_) => Provenance::Read(Reading { inputs, ..Reading::default() }),
            AttributeConfig::Rule(rule) => self.rule(goal, rule, inputs),
        };
        self.add(target, rules, provenance);
    }

    fn inputs_of(&mut self, pointer: &str, config: &AttributeConfig) -> Vec<Input> {
        match config {
            AttributeConfig::Paths(paths) => self.some_inputs(pointer, paths),
            AttributeConfig::Rule(RuleConfig { path: Some(paths), .. }) => {
                self.some_inputs(&format!("{pointer}/path"), paths)
            }
            AttributeConfig::Rule(_) => Vec::new(),
        }
    }

    fn rule(&mut self, goal: Goal<'_>, rule: &RuleConfig, inputs: Vec<Input>) -> Provenance {
        let RuleConfig { path, table, default, value } = rule;
        let is_alone = path.is_none() && table.is_empty() && default.is_none();
        let (is_read, is_constant) =
            (path.is_some() && value.is_none(), value.is_some() && is_alone);
        if !(is_read || is_constant) {
            let message = "write either `path`, with `table` and `default` as needed, or \
                           `value` alone";
            self.report(goal.pointer, message);
        }
        let table = self.table(goal, table);
        let default = default.as_ref().and_then(|value| self.constant(goal, "default", value));
        match value.as_ref().and_then(|value| self.constant(goal, "value", value)) {
            Some(constant) => Provenance::Constant(constant),
            None => Provenance::Read(Reading { inputs, table, default }),
        }
    }

    fn table(&mut self, goal: Goal<'_>, entries: &BTreeMap<String, Constant>) -> Table {
        let mut table = Table::default();
        for (word, meaning) in entries {
            let place = format!("table/{}", escape(word));
            let Some(meaning) = self.constant(goal, &place, meaning) else { continue };
            if !table.insert(word, meaning) {
                let pointer = format!("{}/{place}", goal.pointer);
                self.report(&pointer, "it is listed twice; case makes no difference");
            }
        }
        table
    }

    fn constant(&mut self, goal: Goal<'_>, place: &str, constant: &Constant) -> Option<Constant> {
        let checked = check::constant(self.class, goal.target, goal.rules, constant);
        self.accept(&format!("{}/{place}", goal.pointer), checked)
    }

    fn add(&mut self, target: FieldPath, rules: Rules, provenance: Provenance) {
        let attribute = self.attributes.len();
        let is_kept = target.as_str().starts_with("unmapped.");
        let group = (!is_kept).then(|| self.groups.add(attribute, target.as_str(), rules.number));
        self.attributes.push(Attribute { target, provenance, rules, group, prerequisite: None });
    }

    /// Sees to it that a finding has an identity and a title, and nothing else has.
    fn identify(&mut self, config: &MappingConfig) {
        let object = match self.class {
            ClassUid::IncidentFinding => "finding_info_list",
            class if class.is_finding() => "finding_info",
            _ if config.fingerprint.is_empty() => return,
            _ => {
                return self.report("/fingerprint", "only findings have an identity; leave it out");
            }
        };
        let (uid, title) = (format!("{object}.uid"), format!("{object}.title"));
        if !config.attributes.contains_key(&title) {
            self.report("/attributes", format!("map `{title}`: alerts are shown by it"));
        }
        if config.attributes.contains_key(&uid) {
            return;
        }
        if config.fingerprint.is_empty() {
            let message = format!(
                "map `{uid}` to the source's own id of the finding, or list under `fingerprint` \
                 what makes it the same one"
            );
            self.report("/attributes", message);
        }
        // Without a fingerprint it would find nothing, but the error above says so already.
        if let Ok((target, rules)) = check::target(self.class, &uid) {
            self.add(target, rules, Provenance::Fingerprint);
        }
    }

    /// Sees to it that nothing is missing that OCSF wants beside what is mapped.
    fn require(&mut self) {
        for complaint in self.groups.settle(self.class) {
            self.report("/attributes", complaint);
        }
        for attribute in &mut self.attributes {
            let Some(wanted) = attribute.rules.prerequisite else { continue };
            attribute.prerequisite = self.groups.find(wanted);
            if attribute.prerequisite.is_none() {
                let name = attribute.target.as_str();
                let message = format!(
                    "OCSF wants `{wanted}` in an event with `{name}`; map what is below it too, a \
                     constant will do"
                );
                let pointer = format!("/attributes/{}", escape(name));
                self.errors.push(BuildError::at(pointer, message));
            }
        }
    }
}

/// The attribute that is being compiled.
#[derive(Clone, Copy)]
struct Goal<'a> {
    /// Where it stands in the mapping.
    pointer: &'a str,
    target: &'a FieldPath,
    rules: &'a Rules,
}

/// Writes a key as a segment of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
