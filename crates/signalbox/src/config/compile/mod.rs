//! From a checked document to what the hub runs: connectors built, rules and templates compiled,
//! names resolved. Every mistake that only the types can see is told here, at its place.

mod canary;
mod credentials;
mod files;
mod health;
mod integrations;
mod known;
mod mappings;
mod names;
mod rules;
mod silences;
mod sockets;
mod templates;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::canary::CanarySettings;
use signalbox_pipeline::deliver::template::Template;
use signalbox_pipeline::evaluate::RuleSet;
use signalbox_pipeline::evaluate::condition::{Condition, ConditionError};
use signalbox_pipeline::health::HealthSettings;
use signalbox_sdk::http::BaseUrl;
use signalbox_sdk::role::Listen;
use signalbox_sdk::{Connector, Random, Roles};

use super::model::{self, Config, HttpConfig, JournalConfig, Settings};
use super::{
    AccessLedger, Diagnostics, Document, Environment, ReferenceResolver, TextMistake, Validator,
    open,
};

pub use credentials::Credential;
pub use mappings::shipped_mappings;
pub use templates::renderer;

/// What a hub runs.
pub struct Compiled {
    /// The hub's listener.
    pub http: HttpConfig,
    /// Who hears of the health of integrations, and when.
    pub health: HealthSettings,
    /// Which rules have a canary, and how often.
    pub canary: Option<CanarySettings>,
    /// What the journal keeps.
    pub journal: JournalConfig,
    /// The integrations, by name.
    pub integrations: Vec<Built>,
    /// Routes and alert rules.
    pub rules: Arc<RuleSet>,
    /// The templates.
    pub templates: BTreeMap<String, Template>,
    /// Reads the secrets that the configuration names.
    pub secrets: Arc<ReferenceResolver>,
    /// Which secrets it names, and who reads each.
    pub credentials: Vec<Credential>,
}

impl Compiled {
    /// Returns the integration of that name.
    ///
    /// # Errors
    /// Where there is none, with those that there are.
    pub fn find(&self, name: &str) -> anyhow::Result<&Built> {
        let found = self.integrations.iter().find(|built| built.name.as_str() == name);
        found.ok_or_else(|| {
            let known = self.integrations.iter().map(|built| built.name.as_str());
            let known = known.collect::<Vec<_>>().join("`, `");
            anyhow::anyhow!("there is no integration `{name}`; there are `{known}`")
        })
    }
}

/// An integration, ready to run.
pub struct Built {
    /// Its name.
    pub name: IntegrationName,
    /// Its connector.
    pub connector: &'static Connector,
    /// The operator's settings.
    pub settings: Settings,
    /// What it does.
    pub roles: Roles,
    /// Whether it takes the stream of events.
    pub is_stream: bool,
    /// Everything that it was built from: what is the same after a reload goes on as it is.
    pub written: serde_json::Value,
}

/// What compiling needs of the world.
#[derive(Clone)]
pub struct World {
    /// The process's environment.
    pub environment: Environment,
    /// Is told of every secret that is read.
    pub ledger: Arc<dyn AccessLedger>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// Reads, checks and compiles a configuration. Without an error among the diagnostics there is a
/// result.
pub fn load(path: &Path, world: &World) -> (Option<Compiled>, Diagnostics) {
    let opened = open(path, &validator(), world.environment.clone());
    let mut diagnostics = opened.diagnostics;
    // Behind a refused `.env` every variable looks unset, and every complaint would be a false one.
    let document = opened.document.filter(|_| opened.environment.is_complete());
    let Some(document) = document else { return (None, diagnostics) };
    let secrets = ReferenceResolver::new(opened.environment, Arc::clone(&world.ledger));
    let mut compiler =
        Compiler { document: &document, diagnostics: &mut diagnostics, world, secrets };
    let compiled = compiler.compile();
    let compiled = compiled.filter(|_| !diagnostics.has_errors());
    (compiled, diagnostics)
}

/// Returns what checks a document before it is compiled.
pub fn validator() -> Validator {
    Validator::new(model::schema())
        .with_format("condition", check_condition)
        .with_format("uri", check_address)
        .with_format("socket-address", check_socket_address)
        .with_format("date-time", |text| silences::read_time(text).err().into_iter().collect())
}

/// The reasons name no part of an address, for it may have a password in it.
fn check_address(text: &str) -> Vec<TextMistake> {
    let mistake = |what| TextMistake::new(format!("the address {what}")).discreet();
    BaseUrl::parse(text).err().into_iter().map(mistake).collect()
}

fn check_socket_address(text: &str) -> Vec<TextMistake> {
    let example = "expected an address and port such as `127.0.0.1:8686`";
    let mistake = |_| TextMistake::new(example).discreet();
    text.parse::<SocketAddr>().err().into_iter().map(mistake).collect()
}

fn check_condition(text: &str) -> Vec<TextMistake> {
    let mistake = |error: ConditionError| {
        let offset = text.char_indices().nth(error.column.saturating_sub(1)).map(|(at, _)| at);
        TextMistake { help: error.help, offset, ..TextMistake::new(error.message) }
    };
    Condition::compile(text).err().into_iter().flatten().map(mistake).collect()
}

/// A configuration on its way to what the hub runs.
struct Compiler<'a> {
    document: &'a Document,
    diagnostics: &'a mut Diagnostics,
    world: &'a World,
    secrets: Arc<ReferenceResolver>,
}

impl Compiler<'_> {
    fn compile(&mut self) -> Option<Compiled> {
        // Sections with mistakes in their shape cannot be read; the others are looked at all the same.
        let config = Config {
            include: Vec::new(),
            http: self.section("/http"),
            integrations: self.written_integrations(),
            mappings: self.entries("/mappings"),
            // Read where they are compiled, each with its place.
            routes: Vec::new(),
            alert_rules: self.entries("/alert_rules"),
            silences: self.entries("/silences"),
            templates: self.entries("/templates"),
            health: self.section("/health"),
            canary: self.section("/canary"),
            journal: self.section("/journal"),
        };
        self.check_names(&config);
        let own = self.diagnostics.is_sound("/http").then(|| config.http.listen());
        own.iter().for_each(|own| self.check_listen("/http", own));
        let mappings = self.mappings(&config);
        let integrations = self.integrations(&config, mappings);
        self.check_paths(&integrations);
        self.check_files(&integrations);
        self.check_sockets(&integrations, own.as_ref());
        self.check_templates(&config.templates);
        let rules = self.rules(&config, &integrations);
        self.warn_of_what_nobody_hears(&config, &integrations);
        if integrations.is_empty() && !self.diagnostics.has_errors() {
            let message = "there are no integrations, so nothing is received and nothing is sent";
            let warning = self.document.error_at("", message).as_warning();
            self.diagnostics.push(warning.with_help(
                "add one under `integrations:`; `signalbox init` writes a file to start from",
            ));
        }
        Some(Compiled {
            canary: canary::canary(&config),
            health: config.health.settings(),
            http: config.http,
            journal: config.journal,
            integrations,
            rules: Arc::new(rules),
            templates: config.templates,
            secrets: Arc::clone(&self.secrets),
            credentials: credentials::of(self.document),
        })
    }

    /// Reads a section whose shape is sound; a mistaken or missing one is empty.
    fn section<T: serde::de::DeserializeOwned + Default>(&mut self, pointer: &str) -> T {
        let is_there = self.document.value_at(pointer).is_some_and(|value| !value.is_null());
        if !is_there || !self.diagnostics.is_sound(pointer) {
            return T::default();
        }
        match self.document.deserialize_at(pointer) {
            Ok(section) => section,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                T::default()
            }
        }
    }

    /// Reads the entries of a section one by one: a mistaken one takes no other along.
    fn entries<T: serde::de::DeserializeOwned>(&mut self, pointer: &str) -> BTreeMap<String, T> {
        let Some(serde_json::Value::Object(section)) = self.document.value_at(pointer) else {
            return BTreeMap::new();
        };
        let mut entries = BTreeMap::new();
        for name in section.keys() {
            let below = names::below(pointer, name);
            if !self.diagnostics.is_sound(&below) {
                continue;
            }
            match self.document.deserialize_at(&below) {
                Ok(entry) => drop(entries.insert(name.clone(), entry)),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        entries
    }

    /// Reads the items of a list one by one, each with its place: a mistaken one takes no other along.
    fn items<T: serde::de::DeserializeOwned>(&mut self, pointer: &str) -> Vec<(usize, T)> {
        let mut items = Vec::new();
        for place in 0..self.length(pointer) {
            let below = format!("{pointer}/{place}");
            if !self.diagnostics.is_sound(&below) {
                continue;
            }
            match self.document.deserialize_at(&below) {
                Ok(item) => items.push((place, item)),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        items
    }

    fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.diagnostics.push(self.document.error_at(pointer, message));
    }

    /// Anything but loopback is encrypted, here or by a proxy in front.
    fn check_listen(&mut self, pointer: &str, listen: &Listen) {
        let is_open = !listen.address.ip().is_loopback();
        if is_open && listen.tls.is_none() && listen.behind_proxy.is_none() {
            let pointer = names::below(pointer, "listen");
            let message = format!(
                "`{}` is not loopback, so it needs `tls`, or `behind_proxy` where a proxy ends TLS",
                listen.address
            );
            self.error(&pointer, message);
        }
    }

    /// Two webhooks cannot have the same path on the same listener.
    fn check_paths(&mut self, integrations: &[Built]) {
        let mut seen: BTreeMap<(Option<std::net::SocketAddr>, String), IntegrationName> =
            BTreeMap::new();
        for built in integrations {
            let Some(webhook) = &built.roles.webhook else { continue };
            let endpoint = webhook.endpoint();
            let address = endpoint.listen.as_ref().map(|listen| listen.address);
            for path in endpoint.paths {
                if address.is_none() && signalbox_api::is_taken(&path) {
                    let pointer = names::below("/integrations", built.name.as_str());
                    let message = format!("path `{path}` is the hub's own; choose another one");
                    self.error(&pointer, message);
                }
                let before = seen.insert((address, path.clone()), built.name.clone());
                if let Some(before) = before {
                    let pointer = names::below("/integrations", built.name.as_str());
                    let message = format!("path `{path}` is taken by integration `{before}`");
                    self.error(&pointer, message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
