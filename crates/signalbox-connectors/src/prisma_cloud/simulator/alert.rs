//! One alert of a simulated tenant, as the API shows it and as the tenant posts it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use signalbox_model::time::Timestamp;

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedAlert {
    /// Its id, such as `P-1`.
    pub id: String,
    /// How far it is, in the product's words.
    #[serde(default = "open")]
    pub status: String,
    /// When it was last opened.
    pub opened: Timestamp,
    /// When its status last changed.
    #[serde(default)]
    pub updated: Timestamp,
    /// When it was first seen.
    #[serde(default)]
    pub first_seen: Timestamp,
    /// The type of its policy, such as `config`.
    #[serde(default = "config")]
    pub policy_type: String,
    /// Its severity.
    #[serde(default = "high")]
    pub severity: String,
    /// The name of the resource.
    #[serde(default = "bucket")]
    pub resource: String,
}

impl SimulatedAlert {
    /// Makes an open alert of a configuration policy.
    pub fn new(id: &str, opened: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            status: open(),
            opened,
            updated: opened,
            first_seen: opened,
            policy_type: config(),
            severity: high(),
            resource: bucket(),
        }
    }

    /// Changes the status at a time.
    pub fn set_status(&mut self, status: &str, at: Timestamp) {
        status.clone_into(&mut self.status);
        self.updated = at;
    }

    /// Opens it again at a time, as a scan does that finds it anew.
    pub fn reopen(&mut self, at: Timestamp) {
        self.set_status("open", at);
        self.opened = at;
    }

    /// Returns it as the API shows it, with the thin policy where no detail was asked for.
    pub fn item(&self, is_detailed: bool) -> Value {
        let mut item = json!({
            "id": self.id,
            "status": self.status,
            "reason": self.reason(),
            "firstSeen": self.first_seen,
            "lastSeen": self.updated,
            "alertTime": self.opened,
            "lastUpdated": self.updated,
            "policyId": POLICY_ID,
            "saveSearchId": "5f7c1a0e-0001-4000-8000-000000000001",
            "policy": {
                "policyId": POLICY_ID,
                "policyType": self.policy_type,
                "systemDefault": true,
                "remediable": false,
            },
            "resource": self.resource(),
        });
        if is_detailed {
            let detail = json!({
                "name": POLICY_NAME,
                "severity": self.severity,
                "description": POLICY_DESCRIPTION,
                "recommendation": RECOMMENDATION,
                "labels": ["storage"],
                "complianceMetadata": compliance(),
            });
            if let (Some(policy), Value::Object(detail)) = (item["policy"].as_object_mut(), detail)
            {
                policy.extend(detail);
            }
        }
        item
    }

    /// Returns it as the tenant posts it.
    pub fn pushed(&self) -> Value {
        json!({
            "source": "Prisma Cloud",
            "alertId": self.id,
            "alertStatus": self.status,
            "alertRuleName": "Everything to the hub",
            "alertTs": self.opened,
            "firstSeen": self.first_seen,
            "lastSeen": self.updated,
            "reason": self.reason(),
            "callbackUrl": format!("https://app.prismacloud.io/alerts/overview#alert.id={}", self.id),
            "policyId": POLICY_ID,
            "policyName": POLICY_NAME,
            "policyDescription": POLICY_DESCRIPTION,
            "policyRecommendation": RECOMMENDATION,
            "policyLabels": ["storage"],
            "severity": self.severity,
            "complianceMetadata": if self.policy_type == "config" { compliance() } else { json!([]) },
            "cloudType": "aws",
            "accountId": "123456789012",
            "accountName": "production",
            "resourceId": self.resource_id(),
            "resourceName": self.resource,
            "resourceRegion": "AWS Frankfurt",
            "resourceRegionId": "eu-central-1",
            "resourceType": "STORAGE",
            "resourceCloudService": "Amazon S3",
            "resource": self.resource(),
            "riskRating": "C",
            "hasFinding": false,
        })
    }

    fn resource(&self) -> Value {
        json!({
            "rrn": format!("rrn::storage:eu-central-1:123456789012:0:{}", self.resource),
            "id": self.resource_id(),
            "name": self.resource,
            "account": "production",
            "accountId": "123456789012",
            "region": "AWS Frankfurt",
            "regionId": "eu-central-1",
            "resourceType": "STORAGE",
            "resourceApiName": "aws-s3api-get-bucket-acl",
            "cloudType": "aws",
            "cloudServiceName": "Amazon S3",
            "url": format!("/resource?id={}", self.resource),
            "resourceTags": { "team": "web" },
            "data": { "bucketName": self.resource, "publicAccess": true },
        })
    }

    fn resource_id(&self) -> String {
        format!("arn:aws:s3:::{}", self.resource)
    }

    fn reason(&self) -> &'static str {
        match self.status.as_str() {
            "open" if self.first_seen == self.opened => "NEW_ALERT",
            "open" => "RESOURCE_UPDATED",
            "resolved" => "RESOURCE_UPDATED",
            _ => "USER_DISMISSED",
        }
    }
}

fn compliance() -> Value {
    json!([{
        "standardName": "CIS v1.4.0 (AWS)",
        "requirementId": "2.1",
        "requirementName": "Simple Storage Service",
        "sectionId": "2.1.5",
        "complianceId": "5f7c1a0e-0002-4000-8000-000000000001",
    }])
}

fn open() -> String {
    "open".to_owned()
}

fn config() -> String {
    "config".to_owned()
}

fn high() -> String {
    "high".to_owned()
}

fn bucket() -> String {
    "customer-exports".to_owned()
}

const POLICY_ID: &str = "5f7c1a0e-0003-4000-8000-000000000001";
const POLICY_NAME: &str = "Storage bucket is readable by everybody";
const POLICY_DESCRIPTION: &str = "Whoever knows its name can read what is in the bucket.";
const RECOMMENDATION: &str = "Block public access in the settings of the bucket.";
