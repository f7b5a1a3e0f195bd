//! Machines: the device an event happened on and the ends of a connection.

use super::cloud::Image;
use super::control::Policy;
use super::identity::{Group, Organization, User};
use super::network::{AutonomousSystem, Location};
use crate::ocsf::object::Object;
use crate::ocsf::{Text, ids};
use crate::time::Timestamp;

/// The machine an event happened on. Needs one of address, uid, name, host name, instance or
/// interface.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "device")]
pub struct Device {
    /// What it is, see [`ids::device_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::device_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The host name.
    pub hostname: Option<Text>,
    /// A name given to it, where that is not the host name.
    pub name: Option<Text>,
    /// The source's id of it.
    pub uid: Option<Text>,
    /// Another id of it.
    pub uid_alt: Option<Text>,
    /// Its address.
    pub ip: Option<Text>,
    /// Its hardware address.
    pub mac: Option<Text>,
    /// The domain it is a member of.
    pub domain: Option<Text>,
    /// What it is for.
    pub desc: Option<Text>,
    /// The id of the virtual machine's instance.
    pub instance_uid: Option<Text>,
    /// The network interface's name.
    pub interface_name: Option<Text>,
    /// The network interface's id.
    pub interface_uid: Option<Text>,
    /// All network interfaces.
    pub network_interfaces: Vec<NetworkInterface>,
    /// The operating system.
    pub os: Option<Box<OperatingSystem>>,
    /// Who owns it.
    pub owner: Option<Box<User>>,
    /// Whose it is.
    pub org: Option<Box<Organization>>,
    /// The groups it is in.
    pub groups: Vec<Group>,
    /// The agents installed on it.
    pub agent_list: Vec<Agent>,
    /// Where it stands.
    pub location: Option<Box<Location>>,
    /// The cloud region it is in.
    pub region: Option<Text>,
    /// The network zone it is in.
    pub zone: Option<Text>,
    /// The network it is in, in CIDR notation.
    pub subnet: Option<Text>,
    /// The id of that network.
    pub subnet_uid: Option<Text>,
    /// The id of its VLAN.
    pub vlan_uid: Option<Text>,
    /// The id of its virtual private cloud.
    pub vpc_uid: Option<Text>,
    /// What virtualizes it.
    pub hypervisor: Option<Text>,
    /// The image it was started from.
    pub image: Option<Box<Image>>,
    /// Its model.
    pub model: Option<Text>,
    /// Who made it.
    pub vendor_name: Option<Text>,
    /// Whether it is managed.
    pub is_managed: Option<bool>,
    /// Whether it complies.
    pub is_compliant: Option<bool>,
    /// Whether it is trusted.
    pub is_trusted: Option<bool>,
    /// Whether it is a person's own.
    pub is_personal: Option<bool>,
    /// How risky it is, see [`ids::risk_level`].
    pub risk_level_id: Option<i64>,
    /// The level's name.
    #[object(captions = ids::risk_level::CAPTIONS)]
    pub risk_level: Option<Text>,
    /// How risky it is, in the source's numbers.
    pub risk_score: Option<i64>,
    /// When it became known.
    pub created_time: Option<Timestamp>,
    /// When it was first seen.
    pub first_seen_time: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen_time: Option<Timestamp>,
    /// When it was started.
    pub boot_time: Option<Timestamp>,
}

/// One end of a connection. Needs one of address, uid, name, host name, service, instance,
/// interface or domain.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network_endpoint")]
pub struct NetworkEndpoint {
    /// Its address.
    pub ip: Option<Text>,
    /// Its port.
    pub port: Option<i64>,
    /// Its host name.
    pub hostname: Option<Text>,
    /// A name given to it.
    pub name: Option<Text>,
    /// The source's id of it.
    pub uid: Option<Text>,
    /// Its domain.
    pub domain: Option<Text>,
    /// Its hardware address.
    pub mac: Option<Text>,
    /// The service on that port.
    pub svc_name: Option<Text>,
    /// What it is, see [`ids::device_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::device_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// The id of the virtual machine's instance.
    pub instance_uid: Option<Text>,
    /// The network interface's name.
    pub interface_name: Option<Text>,
    /// The network interface's id.
    pub interface_uid: Option<Text>,
    /// The addresses on the way, as `X-Forwarded-For` lists them.
    pub intermediate_ips: Vec<Text>,
    /// Where it is.
    pub location: Option<Box<Location>>,
    /// The network operator's number and name.
    pub autonomous_system: Option<Box<AutonomousSystem>>,
    /// The provider it is reached through.
    pub isp: Option<Text>,
    /// The provider's organization.
    pub isp_org: Option<Text>,
    /// The operating system.
    pub os: Option<Box<OperatingSystem>>,
    /// Whose it is.
    pub owner: Option<Box<User>>,
    /// The agents installed on it.
    pub agent_list: Vec<Agent>,
    /// The network zone it is in.
    pub zone: Option<Text>,
    /// The id of its network.
    pub subnet_uid: Option<Text>,
    /// The id of its VLAN.
    pub vlan_uid: Option<Text>,
    /// The id of its virtual private cloud.
    pub vpc_uid: Option<Text>,
}

/// A network interface. Needs one of address, hardware address, name, host name or uid.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "network_interface")]
pub struct NetworkInterface {
    /// The interface's name.
    pub name: Option<Text>,
    /// Its address.
    pub ip: Option<Text>,
    /// Its hardware address.
    pub mac: Option<Text>,
    /// The host name bound to it.
    pub hostname: Option<Text>,
    /// Its id.
    pub uid: Option<Text>,
    /// The network namespace it is in.
    pub namespace: Option<Text>,
    /// The length of its network's prefix in bits.
    pub subnet_prefix: Option<i64>,
    /// What it is, see [`ids::interface_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::interface_type::CAPTIONS)]
    pub r#type: Option<Text>,
}

/// An operating system.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "os")]
pub struct OperatingSystem {
    /// Its name, such as `Windows Server 2022`.
    pub name: Option<Text>,
    /// Which family it is, see [`ids::os_type`].
    #[object(or_unknown)]
    pub type_id: Option<i64>,
    /// The family's name.
    #[object(captions = ids::os_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Its build number.
    pub build: Option<Text>,
    /// Its edition.
    pub edition: Option<Text>,
    /// Its kernel.
    pub kernel_release: Option<Text>,
    /// Its service pack.
    pub sp_name: Option<Text>,
    /// The width of its processor in bits.
    pub cpu_bits: Option<i64>,
    /// Its CPE 2.3 name.
    pub cpe_name: Option<Text>,
    /// Its language.
    pub lang: Option<Text>,
    /// Its country.
    pub country: Option<Text>,
}

/// An agent installed on a machine. Needs `name` or `uid`.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[object(name = "agent")]
pub struct Agent {
    /// The agent's name.
    pub name: Option<Text>,
    /// The agent's id.
    pub uid: Option<Text>,
    /// What it does, see [`ids::agent_type`].
    pub type_id: Option<i64>,
    /// The kind's name.
    #[object(captions = ids::agent_type::CAPTIONS)]
    pub r#type: Option<Text>,
    /// Who makes it.
    pub vendor_name: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// The policies applied to it.
    pub policies: Vec<Policy>,
}
