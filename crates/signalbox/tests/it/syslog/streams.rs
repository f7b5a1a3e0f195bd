//! rsyslog's lines arrive once, from those who may send.

use super::authority::Authority;
use super::delivered::Delivered;
use super::rsyslog::{HUB_NAME, Rsyslog, Way};
use super::{cef_lines, network_to_splunk, socket};
use crate::hub::{Hub, eventually, free_address};
use crate::products::Splunk;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lines_over_tls_with_a_client_certificate_arrive_once_each() {
    let (authority, address) = (Authority::new(), free_address());
    let splunk = Splunk::start().await;
    let sockets = tls(&authority.issue(HUB_NAME).yaml(&["*.net.example.test"]), address);
    let hub = Hub::start(&network_to_splunk(&sockets, &splunk), &[Splunk::ENVIRONMENT]).await;

    let identity = authority.issue("firewall.net.example.test");
    let Some(rsyslog) = Rsyslog::start(&Way::Tls(&identity), address, &cef_lines(LINES)) else {
        return;
    };

    let delivered = Delivered::of(&splunk, LINES).await;
    assert_eq!(delivered, Delivered::once(LINES), "{}\n{}", rsyslog.log(), hub.log());
    assert!(hub.settled(LINES as u64).await, "{}", hub.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lines_over_relp_arrive_once_each() {
    let (splunk, address) = (Splunk::start().await, free_address());
    let sockets = socket("relp", address);
    let hub = Hub::start(&network_to_splunk(&sockets, &splunk), &[Splunk::ENVIRONMENT]).await;

    let Some(rsyslog) = Rsyslog::start(&Way::Relp, address, &cef_lines(LINES)) else { return };

    let delivered = Delivered::of(&splunk, LINES).await;
    assert_eq!(delivered, Delivered::once(LINES), "{}\n{}", rsyslog.log(), hub.log());
    assert!(hub.settled(LINES as u64).await, "{}", hub.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_named_gets_nothing_in_until_a_reload_permits_the_name() {
    let (authority, address) = (Authority::new(), free_address());
    let splunk = Splunk::start().await;
    let hub_identity = authority.issue(HUB_NAME);
    let permitting = |names: &[&str]| {
        let socket = format!("{{address: \"{address}\", tls: {{{}}}}}", hub_identity.yaml(names));
        network_to_splunk(&format!("    relp: [{socket}]\n"), &splunk)
    };
    let hub = Hub::start(&permitting(&["switch.example.test"]), &[Splunk::ENVIRONMENT]).await;

    let identity = authority.issue("firewall.example.test");
    let Some(rsyslog) = Rsyslog::start(&Way::RelpTls(&identity), address, &cef_lines(100)) else {
        return;
    };
    let refused = async || {
        hub.metric(
            "signalbox_ingest_senders_refused_total{integration=\"network\",reason=\"name\"}",
        )
        .await
    };
    assert!(eventually(async || refused().await >= 2).await, "{}\n{}", rsyslog.log(), hub.log());
    let accepted =
        hub.metric("signalbox_ingest_events_total{integration=\"network\",outcome=\"accepted\"}");
    assert_eq!(accepted.await, 0);
    hub.configure(&permitting(&["switch.example.test", "firewall.example.test"]));
    hub.ask(&["reload"]);

    let delivered = Delivered::of(&splunk, 100).await;
    // Where its first connection fails, rsyslog sends the message that it began with once more.
    let once = Delivered { taken_again: delivered.taken_again.min(1), ..Delivered::once(100) };
    assert_eq!(delivered, once, "{}\n{}", rsyslog.log(), hub.log());
    let told = "its certificate is genuine but says `firewall.example.test`";
    assert!(hub.log().contains(told), "{}", hub.log());
}

/// A socket for TLS, to stand below the integration.
fn tls(server: &str, address: std::net::SocketAddr) -> String {
    format!("    tls: [{{address: \"{address}\", {server}}}]\n")
}

const LINES: usize = 10_000;
