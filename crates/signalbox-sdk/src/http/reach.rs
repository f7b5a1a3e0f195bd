//! The first steps of every check: does the name resolve, and does somebody listen?

use std::net::SocketAddr;
use std::time::Duration;

use super::BaseUrl;
use crate::net::{connect, listed, resolve};
use crate::observe::note_origin;
use crate::role::CheckReport;

/// Resolves the host of `base` and connects to it, adding the steps `name` and `tcp` to `report`;
/// each takes `limit` at most. Returns whether both went well.
pub async fn reach(base: &BaseUrl, limit: Duration, report: &mut CheckReport) -> bool {
    note_origin(|| base.origin_text());
    let host = base.host().trim_start_matches('[').trim_end_matches(']');
    match resolve(host, base.port(), limit).await {
        Ok(addresses) => {
            report.passed("name", format!("`{}` is {}", base.host(), listed(&addresses)));
            reach_tcp(&addresses, limit, report).await
        }
        Err(why) => {
            let detail = format!("`{}` has no address: {why}", base.host());
            report.failed("name", detail, "correct the host name, or mend the name server");
            false
        }
    }
}

async fn reach_tcp(addresses: &[SocketAddr], limit: Duration, report: &mut CheckReport) -> bool {
    match connect(addresses, limit).await {
        Ok(_) => report.passed("tcp", "somebody listens"),
        Err(why) => report.failed(
            "tcp",
            format!("no connection to {}: {why}", listed(addresses)),
            "check the port, the firewall and whether the product runs",
        ),
    }
    report.is_good()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_port_that_listens_passes_both_steps() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut report = CheckReport::default();

        let is_reached = reach(&base(address), LIMIT, &mut report).await;

        assert!(is_reached, "{report:?}");
        assert_eq!(names(&report), ["name", "tcp"]);
    }

    #[tokio::test]
    async fn a_port_that_nobody_listens_on_fails_at_tcp() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let mut report = CheckReport::default();

        let is_reached = reach(&base(address), LIMIT, &mut report).await;

        assert!(!is_reached);
        assert_eq!(names(&report), ["name", "tcp"]);
    }

    #[tokio::test]
    async fn a_name_that_does_not_exist_fails_at_name() {
        // A label of 64 letters is refused by the resolver itself, so no name server is asked.
        let base = BaseUrl::parse(&format!("https://{}.invalid", "a".repeat(64))).unwrap();
        let mut report = CheckReport::default();

        let is_reached = reach(&base, LIMIT, &mut report).await;

        assert!(!is_reached);
        assert_eq!(names(&report), ["name"]);
    }

    fn base(address: SocketAddr) -> BaseUrl {
        BaseUrl::parse(&format!("http://{address}")).unwrap()
    }

    fn names(report: &CheckReport) -> Vec<&'static str> {
        report.steps.iter().map(|step| step.name).collect()
    }

    const LIMIT: Duration = Duration::from_secs(5);
}
