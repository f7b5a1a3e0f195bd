//! Syslog from programs that we did not write, through the hub to a collector.

mod authority;
mod delivered;
mod faces;
mod logger;
mod restarts;
mod rsyslog;
mod streams;

use std::net::SocketAddr;

use crate::products::Splunk;

/// A hub's configuration: what comes to `sockets` of an integration called `network` goes to a collector.
fn network_to_splunk(sockets: &str, splunk: &Splunk) -> String {
    format!(
        "http: {{listen: \"@HUB@\"}}\nintegrations:\n  network:\n    connector: syslog\n    \
         direction: receive\n{sockets}{}",
        splunk.yaml()
    )
}

/// A plain socket of one kind, such as `relp`, to stand below the integration.
fn socket(kind: &str, address: SocketAddr) -> String {
    format!("    {kind}: [{{address: \"{address}\"}}]\n")
}

/// Lines of CEF, each with its own number.
fn cef_lines(count: usize) -> String {
    (0..count).map(|number| cef_line(number) + "\n").collect()
}

fn cef_line(number: usize) -> String {
    format!(
        "CEF:0|Example|Sensor|1.0|100|Connection refused|7|src=192.0.2.1 dst=198.51.100.7 spt=1024 dpt=443 \
         proto=TCP act=blocked cn1={number} cn1Label=Number"
    )
}
