//! How a notification reads: templates compiled and rendered on a sample at load, with a plain fallback
//! at send time, because an alert is never lost to a template.
//!
//! Every value that a template prints goes through the destination's escaping, which no template can
//! switch off; a template's own text is the operator's and stays as written.

mod unknown;

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, Fingerprint, IntegrationName, RuleName, Severity,
    StepKind,
};
use signalbox_sdk::role::Rendered;

pub use unknown::UnknownName;
use unknown::unknown_names;

/// How a notification reads at one kind of destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// One line: the title of a ticket or message. Printed values come from `alert`, `event` (the
    /// latest OCSF event) and `step`.
    pub title: String,
    /// Several lines of plain text: the description when the alert opens.
    pub body: String,
    /// The text of later updates and of the resolution; `body` where it is missing.
    #[serde(default)]
    pub note: Option<String>,
    /// Further fields of the destination, by their names there, such as `category: Security`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl Template {
    /// The template of rules that name none.
    pub fn default_ticket() -> Self {
        Self {
            title: DEFAULT_TITLE.to_owned(),
            body: DEFAULT_BODY.to_owned(),
            note: Some(DEFAULT_NOTE.to_owned()),
            fields: BTreeMap::new(),
        }
    }
}

/// How bad, what, and where: what a queue is sorted by before anybody opens a ticket. At most 155 characters, for
/// ServiceNow's short description takes 160; what the finding's own title says of its resource is not said twice.
const DEFAULT_TITLE: &str = "\
[SOC Alert] {{ alert.severity }}: {{ (alert.title or alert.rule)[:80] }}\
{{ '…' if alert.title | length > 80 }}\
{% if alert.resource and (alert.resource.name or alert.resource.uid) not in alert.title %} \
({{ (alert.resource.name or alert.resource.uid)[:43] }}\
{{ '…' if (alert.resource.name or alert.resource.uid) | length > 43 }}){% endif %}";

const DEFAULT_BODY: &str = "\
{{ alert.title }}
{% if alert.description %}
{{ alert.description }}
{% endif %}
Severity: {{ alert.severity }}
Rule: {{ alert.rule }}
Source: {{ alert.source }}
{%- if alert.resource %}
Resource: {{ alert.resource.name or alert.resource.uid }}
{%- endif %}
{%- if alert.techniques %}
MITRE ATT&CK: {{ alert.techniques | join(', ') }}
{%- endif %}
First seen: {{ alert.opened_at }}
Alert: {{ alert.id }}";

const DEFAULT_NOTE: &str = "\
{% if alert.status == 'resolved' -%}
Resolved at {{ alert.resolved_at }}: {{ alert.title }}
{%- else -%}
Seen {{ alert.seen_count }} times, last at {{ alert.last_seen_at }}: {{ alert.title }} \
({{ alert.severity }})
{%- endif %}
Alert: {{ alert.id }}";

/// The name under which the default template is compiled; no configured one can have it.
const DEFAULT: &str = "(default)";

/// How much work one rendering may take, in the template engine's own unit: some ten thousand lines.
const FUEL: u64 = 200_000;

/// How long a rendered text may be, in bytes: more than any destination takes.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// A finding's title in the title that needs no template: what the default template shows of it.
const PLAIN_TITLE_CHARS_MAX: usize = 80;

/// Escapes printed values as one destination needs it.
pub type Escape = Arc<dyn for<'a> Fn(&'a str) -> std::borrow::Cow<'a, str> + Send + Sync>;

/// The compiled templates of one destination.
pub struct Renderer {
    environment: Environment<'static>,
    templates: BTreeMap<String, Template>,
    escape: Escape,
}

/// A template that does not compile, or fails on the sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// Which text: `title`, `body`, `note` or `fields/<name>`.
    pub part: String,
    /// The line within that text, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl Renderer {
    /// Compiles `templates` with a destination's escaping.
    ///
    /// # Errors
    /// The first mistake of each text, with its template's name.
    pub fn new(
        templates: &BTreeMap<String, Template>,
        escape: Escape,
    ) -> Result<Self, Vec<(String, TemplateError)>> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let printed = Arc::clone(&escape);
        environment.set_formatter(move |out, _, value| {
            match value.as_str() {
                Some(text) => out.write_str(&printed(text)),
                None if value.is_undefined() || value.is_none() => Ok(()),
                None => out.write_str(&printed(&value.to_string())),
            }
            .map_err(minijinja::Error::from)
        });
        let mut templates = templates.clone();
        templates.insert(DEFAULT.to_owned(), Template::default_ticket());
        let mut mistakes = Vec::new();
        for (name, template) in &templates {
            for (part, text) in parts(template) {
                let id = format!("{name}/{part}");
                if let Err(error) = environment.add_template_owned(id, text.to_owned()) {
                    mistakes.push((name.clone(), mistake(part, &error)));
                }
            }
        }
        if mistakes.is_empty() {
            Ok(Self { environment, templates, escape })
        } else {
            Err(mistakes)
        }
    }

    /// Renders every template on a sample, as at load.
    ///
    /// # Errors
    /// Each text that fails, with its template's name.
    pub fn try_samples(&self) -> Result<(), Vec<(String, TemplateError)>> {
        let alert = sample_alert();
        let mut mistakes = Vec::new();
        for (name, template) in &self.templates {
            for (part, _) in parts(template) {
                if let Err(error) = self.text(name, &part, &values(&alert, StepKind::Open)) {
                    mistakes.push((name.clone(), mistake(part, &error)));
                }
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// Finds the names that are never there, each with its template: they would print nothing.
    pub fn unknown_names(&self) -> Vec<(String, UnknownName)> {
        let values = values(&sample_alert(), StepKind::Open);
        let mut found = Vec::new();
        for (name, template) in &self.templates {
            for (part, _) in parts(template) {
                let id = format!("{name}/{part}");
                let Ok(compiled) = self.environment.get_template(&id) else { continue };
                let unknown = unknown_names(&self.environment, &compiled, &part, &values);
                found.extend(unknown.into_iter().map(|unknown| (name.clone(), unknown)));
            }
        }
        found
    }

    /// Renders a step. Where the template fails or is gone, a plain text says what matters, and the
    /// second value why.
    pub fn render(
        &self,
        template: Option<&str>,
        alert: &Alert,
        step: StepKind,
    ) -> (Rendered, Option<String>) {
        let name = template.unwrap_or(DEFAULT);
        let Some(template) = self.templates.get(name) else {
            return (
                self.plain(alert),
                Some(format!("template `{name}` is not configured any more")),
            );
        };
        match self.rendered(name, template, alert, step) {
            Ok(rendered) => (rendered, None),
            Err(error) => (self.plain(alert), Some(format!("template `{name}` failed: {error}"))),
        }
    }

    fn rendered(
        &self,
        name: &str,
        template: &Template,
        alert: &Alert,
        step: StepKind,
    ) -> Result<Rendered, minijinja::Error> {
        let values = values(alert, step);
        let is_note = step != StepKind::Open && template.note.is_some();
        let body = self.text(name, if is_note { "note" } else { "body" }, &values)?;
        let title = self.text(name, "title", &values)?;
        let fields = template.fields.keys().map(|field| {
            let text = self.text(name, &format!("fields/{field}"), &values)?;
            Ok((field.clone(), text))
        });
        let fields: Result<_, minijinja::Error> = fields.collect();
        Ok(Rendered { title: one_line(&title), body, fields: fields? })
    }

    /// The text that needs no template.
    fn plain(&self, alert: &Alert) -> Rendered {
        let body = format!(
            "{}\nSeverity: {}\nRule: {}\nSource: {}\nAlert: {}",
            (self.escape)(&alert.title),
            alert.severity.caption(),
            alert.rule,
            alert.source,
            alert.id
        );
        let finding: String = alert.title.chars().take(PLAIN_TITLE_CHARS_MAX).collect();
        let finding = if finding.trim().is_empty() { alert.rule.as_str() } else { &finding };
        let severity = alert.severity.caption();
        let title = one_line(&format!("[SOC Alert] {severity}: {}", (self.escape)(finding)));
        Rendered { title, body, fields: BTreeMap::new() }
    }

    fn text(&self, name: &str, part: &str, values: &Value) -> Result<String, minijinja::Error> {
        let template = self.environment.get_template(&format!("{name}/{part}"))?;
        let mut text = template.render(values)?;
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        Ok(text)
    }
}

/// The texts of a template, by part.
fn parts(template: &Template) -> impl Iterator<Item = (String, &str)> {
    let fields =
        template.fields.iter().map(|(name, text)| (format!("fields/{name}"), text.as_str()));
    let note = template.note.as_deref().map(|note| ("note".to_owned(), note));
    [("title".to_owned(), template.title.as_str()), ("body".to_owned(), template.body.as_str())]
        .into_iter()
        .chain(note)
        .chain(fields)
}

fn mistake(part: String, error: &minijinja::Error) -> TemplateError {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    TemplateError { part, line: error.line(), message: detail }
}

/// What a template can print.
fn values(alert: &Alert, step: StepKind) -> Value {
    let step_kind = match step {
        StepKind::Open => "open",
        StepKind::Update(_) => "update",
        StepKind::Resolve(_) => "resolve",
    };
    context! {
        alert => context! {
            id => alert.id.to_string(),
            rule => alert.rule.as_str(),
            source => alert.source.as_str(),
            status => alert.status.as_str(),
            severity => alert.severity.caption(),
            title => alert.title.as_str(),
            description => alert.description.as_str(),
            resource => Serde(&alert.resource),
            techniques => Serde(&alert.techniques),
            seen_count => alert.seen_count,
            occurrence => alert.occurrence,
            opened_at => alert.opened_at.to_string(),
            last_seen_at => alert.last_seen_at.to_string(),
            resolved_at => alert.resolved_at.map(|at| at.to_string()),
        },
        event => Serde(&alert.event),
        step => step_kind,
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An alert with everything filled, for rendering at load.
pub fn sample_alert() -> Alert {
    let rule = RuleName::new("sample-rule");
    let fingerprint = Fingerprint::of(&["sample"]);
    let at = Timestamp::from_millis(1_767_225_600_000);
    Alert {
        id: AlertId::derive(&rule, &fingerprint, 1),
        rule,
        source: IntegrationName::new("sample-source"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: "Sample finding".to_owned(),
        description: "What a finding's description may say".to_owned(),
        resource: Some(AlertResource {
            uid: "host-1".to_owned(),
            name: Some("web-01".to_owned()),
            kind: Some("host".to_owned()),
        }),
        techniques: vec!["T1110".to_owned()],
        seen_count: 1,
        occurrence: 1,
        opened_at: at,
        last_seen_at: at,
        resolved_at: None,
        event: serde_json::json!({
            "class_uid": 2004, "severity_id": 4, "message": "Sample finding",
            "finding_info": {"uid": "finding-1", "title": "Sample finding"},
        }),
    }
}

#[cfg(test)]
mod tests {
    use signalbox_sdk::role::inert_text;

    use super::*;

    pub(super) fn renderer(title: &str, body: &str) -> Renderer {
        let template = Template {
            title: title.to_owned(),
            body: body.to_owned(),
            note: None,
            fields: BTreeMap::new(),
        };
        let templates = BTreeMap::from([("soc".to_owned(), template)]);
        Renderer::new(&templates, Arc::new(inert_text)).unwrap()
    }

    #[test]
    fn the_default_reads_as_a_person_would_write_it() {
        let renderer = renderer("x", "x");

        let (rendered, failure) = renderer.render(None, &sample_alert(), StepKind::Open);

        assert_eq!(failure, None);
        assert_eq!(rendered.title, "[SOC Alert] High: Sample finding (web-01)");
        assert_eq!(
            rendered.body,
            "Sample finding\n\nWhat a finding's description may say\n\nSeverity: High\n\
             Rule: sample-rule\nSource: sample-source\nResource: web-01\nMITRE ATT&CK: T1110\n\
             First seen: 2026-01-01T00:00:00.000Z\nAlert: c7e8b4c4-0000-0000-0000-000000000000"
                .replace("c7e8b4c4-0000-0000-0000-000000000000", &sample_alert().id.to_string())
        );
    }

    #[test]
    fn a_default_title_is_one_short_line_however_much_is_found_and_wherever() {
        let renderer = renderer("x", "x");
        let title = |title: &str, resource: Option<&str>| {
            let mut alert = sample_alert();
            alert.severity = Severity::Informational;
            alert.title = title.to_owned();
            alert.resource =
                resource.map(|uid| AlertResource { uid: uid.to_owned(), name: None, kind: None });
            renderer.render(None, &alert, StepKind::Open).0.title
        };

        assert_eq!(title("Beacon", None), "[SOC Alert] Informational: Beacon");
        assert_eq!(
            title("Beacon on web-02", Some("web-02")),
            "[SOC Alert] Informational: Beacon on web-02"
        );
        assert_eq!(title("", Some("web-02")), "[SOC Alert] Informational: sample-rule (web-02)");
        let long = title(&"ä b\n".repeat(1000), Some(&"x".repeat(1000)));
        assert!(long.ends_with("x…)") && long.contains("ä b …"), "{long}");
        assert!(long.chars().count() <= 155 && !long.contains('\n'), "{long}");
    }

    #[test]
    fn a_template_that_fails_at_send_time_falls_back_and_says_so() {
        let renderer = renderer("{{ alert.title }}", "{{ 1 / (alert.seen_count - 2) }}");
        let mut alert = sample_alert();
        alert.seen_count = 2;
        alert.event = serde_json::json!({});

        let (rendered, failure) = renderer.render(Some("gone"), &alert, StepKind::Open);

        assert!(rendered.body.contains("Sample finding"));
        assert_eq!(failure.as_deref(), Some("template `gone` is not configured any more"));
    }

    #[test]
    fn a_template_that_never_ends_is_stopped() {
        let renderer = renderer(
            "x",
            "{% for n in range(100000) %}{% for m in range(100000) %}x{% endfor %}{% endfor %}",
        );

        let mistakes = renderer.try_samples().unwrap_err();

        assert_eq!(mistakes[0].1.part, "body");
    }

    #[test]
    fn printed_values_are_made_inert_and_template_syntax_in_them_stays_text() {
        let renderer = renderer("{{ alert.title }}", "{{ event.message }}");
        let mut alert = sample_alert();
        alert.title = "a\r\nb {{ alert.id }}".to_owned();
        alert.event = serde_json::json!({"message": "x\u{202e}y"});

        let (rendered, _) = renderer.render(Some("soc"), &alert, StepKind::Open);

        assert_eq!(rendered.title, "a b {{ alert.id }}");
        assert_eq!(rendered.body, "xy");
    }

    #[test]
    fn a_mistake_is_named_with_its_part_and_line() {
        let template = Template {
            title: "ok".to_owned(),
            body: "one\n{% if %}".to_owned(),
            note: None,
            fields: BTreeMap::new(),
        };
        let templates = BTreeMap::from([("soc".to_owned(), template)]);

        let mistakes = Renderer::new(&templates, Arc::new(inert_text)).err().unwrap();

        assert_eq!((mistakes[0].1.part.as_str(), mistakes[0].1.line), ("body", Some(2)));
    }
}
