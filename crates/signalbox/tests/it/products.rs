//! The simulated products that the tests' hubs deliver to, and a signing sender.

use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_connectors::splunk_hec::HecSimulator;
use signalbox_model::secret::Secret;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::testkit::{Server, Simulator};

/// A simulated ServiceNow and its address.
pub(crate) struct Snow {
    pub(crate) simulator: ServiceNowSimulator,
    pub(crate) server: Server,
}

impl Snow {
    pub(crate) async fn start() -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let simulator = ServiceNowSimulator::default();
        let server = Server::start(simulator.router(), 0).await.unwrap();
        Self { simulator, server }
    }

    /// Returns an integration that reaches it, to stand below `integrations:`.
    pub(crate) fn yaml(&self) -> String {
        snow_yaml(&self.server.address().to_string())
    }
}

/// A simulated Splunk and its address.
pub(crate) struct Splunk {
    pub(crate) simulator: HecSimulator,
    pub(crate) server: Server,
}

impl Splunk {
    /// The variable that its integration names.
    pub(crate) const ENVIRONMENT: (&str, &str) = ("SPLUNK_HEC_TOKEN", HecSimulator::TOKEN);

    pub(crate) async fn start() -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let simulator = HecSimulator::default();
        let server = Server::start(simulator.router(), 0).await.unwrap();
        Self { simulator, server }
    }

    /// Returns an integration called `splunk` that reaches it, to stand below `integrations:`.
    pub(crate) fn yaml(&self) -> String {
        self.simulator.configuration(self.server.address()).yaml
    }
}

/// Returns a ServiceNow integration called `snow`.
pub(crate) fn snow_yaml(address: &str) -> String {
    format!(
        "  snow:\n    connector: servicenow\n    url: http://{address}\n    auth: {{method: basic, username: {}, \
         password: \"env:SNOW_PASSWORD\"}}\n    settle: 1s\n    timeout: 2s\n",
        ServiceNowSimulator::USERNAME
    )
}

/// A hub's configuration: signed findings become tickets. `more` stands below `integrations:`.
pub(crate) fn findings_to_snow(more: &str) -> String {
    format!(
        r#"
http: {{listen: "@HUB@"}}
integrations:
  edr:
    connector: webhook
    direction: receive
    auth: {{signature: {{form: standard_webhooks, secrets: ["env:EDR_SECRET"]}}}}
    mapping: edr
{more}
mappings:
  edr:
    class: detection_finding
    event_id: [id, state]
    attributes:
      finding_info.uid: id
      finding_info.title: title
      severity: severity
      status: {{path: state, table: {{raised: new, closed: resolved}}}}
      device.hostname: host
      device.type: {{value: Server}}
      metadata.product.name: {{value: Test sensor}}
alert_rules:
  severe: {{when: severity >= high, notify: [{{to: snow}}]}}
"#
    )
}

/// A finding as the tests' sensor writes it.
pub(crate) fn finding(id: &str) -> String {
    serde_json::json!({"id": id, "state": "raised", "title": "Beacon", "severity": "critical", "host": "web-01"})
        .to_string()
}

/// Returns the headers that prove a request to be the tests' sensor's.
pub(crate) fn signed(id: &str, body: &str) -> Vec<(&'static str, String)> {
    let keys = [Secret::new(EDR_SECRET.to_owned())];
    SignatureForm::StandardWebhooks.sign(id, body.as_bytes(), &keys, SystemClock.now()).unwrap()
}

/// The variables that the configurations name.
pub(crate) const ENVIRONMENT: [(&str, &str); 2] =
    [("EDR_SECRET", EDR_SECRET), ("SNOW_PASSWORD", ServiceNowSimulator::PASSWORD)];

/// Valid base64, and nothing that would stand in an output by chance.
pub(crate) const EDR_SECRET: &str = "cGxhbnRlZC13ZWJob29rLXNlY3JldC0wMDE=";
