//! What an operator writes about a Prisma Cloud integration.

mod receive;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use signalbox_model::config::{ByteSize, HumanDuration};
use signalbox_model::secret::SecretRef;
use signalbox_sdk::BuildError;
use signalbox_sdk::http::{BaseUrl, HttpOptions};

use super::address::StackUrl;
pub use receive::WebhookConfig;

/// A Prisma Cloud tenant: what is read from its API, and what it posts here by itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrismaCloudConfig {
    /// The API's address, such as `https://api3.prismacloud.io`; a pasted address of the console
    /// (`https://app3.prismacloud.io/…`) is converted. Without it nothing is read, and the tenant has to
    /// post to `webhook`.
    #[serde(default)]
    pub url: Option<StackUrl>,
    /// The access key's id. Needed with `url` and with `compute`.
    #[serde(default)]
    pub access_key: Option<SecretRef>,
    /// The secret key that was shown when the access key was made. Needed with `url` and with
    /// `compute`.
    #[serde(default)]
    pub secret_key: Option<SecretRef>,
    /// The tenant (`prismaId`) to log in to, for users of several; default the user's own.
    #[serde(default)]
    pub tenant: Option<String>,
    /// What is read of the alerts; default everything that is new or changes.
    #[serde(default)]
    pub alerts: AlertsConfig,
    /// Reads the compliance posture, as one finding for each standard; default not.
    #[serde(default)]
    pub compliance: Option<ComplianceConfig>,
    /// Reads vulnerabilities and compliance issues of workloads from a Compute console; default not.
    #[serde(default)]
    pub compute: Option<ComputeConfig>,
    /// Takes alerts that the tenant posts; default not. Alerts that come both ways are one.
    #[serde(default)]
    pub webhook: Option<WebhookConfig>,
    /// The longest a call may take, connecting included; default `30s`.
    #[serde(default = "timeout_default")]
    #[schemars(extend("x-signalbox-minimum" = "1s", "x-signalbox-maximum" = "4m"))]
    pub timeout: HumanDuration,
    /// The largest answer that is read; default `64MiB`. A larger one is an error that says which page
    /// size to lower.
    #[serde(default = "answer_max_default")]
    #[schemars(extend("x-signalbox-minimum" = "1MiB", "x-signalbox-maximum" = "1GiB"))]
    pub answer_max: ByteSize,
    /// A PEM file with certificate authorities to trust besides the system's; default none.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// What is read of the alerts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsConfig {
    /// Whether alerts are read; default true. Set it to false where `webhook` is enough.
    pub enabled: bool,
    /// How long to wait after the last page before asking again; default `60s`, at least `30s`.
    #[schemars(extend("x-signalbox-minimum" = "30s", "x-signalbox-maximum" = "24h"))]
    pub interval: HumanDuration,
    /// Alerts in one answer; default 1000. The product takes up to 10,000.
    #[schemars(range(min = 1, max = 10_000))]
    pub page_size: u32,
    /// How far back the first run reads; default `24h`.
    #[schemars(extend("x-signalbox-maximum" = "365d"))]
    pub initial: HumanDuration,
    /// The statuses that are read; default all. Without `resolved` and `dismissed` the hub does not
    /// hear that an alert is over.
    #[schemars(length(min = 1))]
    pub statuses: Vec<AlertStatus>,
    /// Whether alerts are also read by when their status changed; default true. Without it a closed
    /// alert is seen only while its opening is less than 20 minutes past.
    pub status_changes: bool,
}

impl Default for AlertsConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            interval: HumanDuration::from_seconds(60),
            page_size: 1000,
            initial: HumanDuration::from_seconds(24 * 3600),
            statuses: AlertStatus::ALL.to_vec(),
            status_changes: true,
        }
    }
}

/// How far an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// The policy is violated.
    Open,
    /// Somebody decided that it need not be looked at.
    Dismissed,
    /// Dismissed until a time.
    Snoozed,
    /// A scan found that the policy is met again, or that the resource is gone.
    Resolved,
    /// The product remediates it by itself and waits for the next scan.
    PendingResolution,
}

impl AlertStatus {
    /// All statuses.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Dismissed, Self::Snoozed, Self::Resolved, Self::PendingResolution];

    /// Returns the product's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dismissed => "dismissed",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
            Self::PendingResolution => "pending_resolution",
        }
    }

    /// Returns the status of the product's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// How the compliance posture is read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplianceConfig {
    /// How long to wait before asking again; default `6h`, at least `10m`. A standard whose numbers did
    /// not change makes no event.
    #[serde(default = "compliance_interval_default")]
    #[schemars(extend("x-signalbox-minimum" = "10m", "x-signalbox-maximum" = "7d"))]
    pub interval: HumanDuration,
}

/// A Compute console.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputeConfig {
    /// The console's own address ("Path to Console" on its system page), such as
    /// `https://us-east1.cloud.twistlock.com/us-2-158254964`.
    pub url: BaseUrl,
    /// What is read; default all three.
    #[serde(default = "include_default")]
    #[schemars(length(min = 1))]
    pub include: Vec<Workload>,
    /// How long to wait before asking again; default `1h`, at least `5m`. Consoles scan once a day.
    #[serde(default = "compute_interval_default")]
    #[schemars(extend("x-signalbox-minimum" = "5m", "x-signalbox-maximum" = "7d"))]
    pub interval: HumanDuration,
    /// Records in one answer; default 50, which is the most the product gives.
    #[serde(default = "compute_page_size_default")]
    #[schemars(range(min = 1, max = 50))]
    pub page_size: u32,
    /// The version of the API, such as `v34.04`; default that. A console keeps a version for two more
    /// major releases.
    #[serde(default = "compute_version_default")]
    #[schemars(regex(pattern = r"^v[0-9]{1,3}\.[0-9]{1,3}$"))]
    pub version: String,
}

/// What a Compute console scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Workload {
    /// Machines.
    Hosts,
    /// Deployed images.
    Images,
    /// Running containers. They have compliance issues; their vulnerabilities are their image's.
    Containers,
}

impl Workload {
    /// Returns the product's word, which is also the last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Images => "images",
            Self::Containers => "containers",
        }
    }
}

impl PrismaCloudConfig {
    /// Returns the mistakes that the schema cannot see.
    pub(super) fn mistakes(&self) -> Vec<BuildError> {
        let mut mistakes = Vec::new();
        let is_read = self.url.is_some() || self.compute.is_some();
        if !is_read && self.webhook.is_none() {
            let what = "has nothing to receive from; write `url` with `access_key` and \
                        `secret_key`, or `webhook`";
            mistakes.push(BuildError::at("", what));
        }
        for (key, value) in [("access_key", &self.access_key), ("secret_key", &self.secret_key)] {
            if is_read && value.is_none() {
                let what = format!("needs `{key}` to read with; make an access key in the product");
                mistakes.push(BuildError::at("", what));
            }
        }
        if self.compliance.is_some() && self.url.is_none() {
            mistakes.push(BuildError::at("/compliance", "needs `url` to be read from"));
        }
        mistakes.extend(self.webhook.as_ref().map(WebhookConfig::mistakes).unwrap_or_default());
        mistakes
    }

    /// Returns what is spoken with the tenant, for people.
    pub(super) fn api(&self) -> String {
        let platform = self.url.as_ref().map(|_| "CSPM API v2".to_owned());
        let compute = self.compute.as_ref().map(|own| format!("Compute API {}", own.version));
        platform.into_iter().chain(compute).collect::<Vec<_>>().join(", ")
    }

    /// Returns how calls are made.
    pub(super) fn http_options(&self) -> HttpOptions {
        HttpOptions {
            timeout: self.timeout.as_duration(),
            answer_bytes_max: usize::try_from(self.answer_max.as_bytes()).unwrap_or(usize::MAX),
            ca: self.ca.clone(),
        }
    }
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(30)
}

const fn answer_max_default() -> ByteSize {
    ByteSize::new(64 << 20)
}

const fn compliance_interval_default() -> HumanDuration {
    HumanDuration::from_seconds(6 * 3600)
}

const fn compute_interval_default() -> HumanDuration {
    HumanDuration::from_seconds(3600)
}

const fn compute_page_size_default() -> u32 {
    50
}

fn include_default() -> Vec<Workload> {
    vec![Workload::Hosts, Workload::Images, Workload::Containers]
}

fn compute_version_default() -> String {
    "v34.04".to_owned()
}
