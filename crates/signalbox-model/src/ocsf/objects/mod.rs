//! The OCSF objects in use: one struct each, with the attributes a SOC works with.
//!
//! A struct holds a choice of what the schema offers, never anything the schema does not have; a
//! test compares every table with the schema. Every attribute may be absent, so that a mapping
//! fills what it knows and ends with `..Default::default()`. Doc comments say what an attribute is
//! for where its name does not; the schema (<https://schema.ocsf.io/1.8.0/>, read 2026-11-22) has
//! the full text.

mod application;
mod artifact;
mod cloud;
mod compliance;
mod control;
mod endpoint;
mod entity;
mod evidence;
mod finding;
mod identity;
mod intelligence;
mod mail;
mod metadata;
mod network;
mod process;
mod vulnerability;
mod web;

pub use application::{Database, Databucket, Job, LongString, Script, Service};
pub use artifact::{File, Fingerprint};
pub use cloud::{Api, ApiRequest, ApiResponse, Cloud, Container, Image, ResourceDetails};
pub use compliance::{Check, Compliance, KbArticle, Remediation};
pub use control::{Authorization, FirewallRule, Malware, Policy, Rule};
pub use endpoint::{Agent, Device, NetworkEndpoint, NetworkInterface, OperatingSystem};
pub use entity::ManagedEntity;
pub use evidence::Evidence;
pub use finding::{Analytic, FindingInfo, RelatedEvent, Ticket, VendorAttributes};
pub use identity::{
    Account, Actor, AuthFactor, Group, IdentityProvider, Organization, Session, User,
};
pub use intelligence::{
    Attack, Enrichment, KillChainPhase, Observable, Osint, Reputation, SubTechnique, Tactic,
    Technique,
};
pub use mail::Email;
pub use metadata::{Feature, KeyValue, Metadata, Product, Reporter, TransformationInfo};
pub use network::{
    AutonomousSystem, Certificate, DnsAnswer, DnsQuery, Location, NetworkConnectionInfo,
    NetworkTraffic, Tls,
};
pub use process::Process;
pub use vulnerability::{
    Advisory, AffectedCode, AffectedPackage, Cve, Cvss, Cwe, Epss, Vulnerability,
};
pub use web::{HttpHeader, HttpRequest, HttpResponse, Url};
