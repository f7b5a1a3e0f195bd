//! The compliance posture and what a Compute console scanned.

use super::*;
use crate::prisma_cloud::Workload;
use signalbox_model::ErrorKind;

pub(super) fn image(number: usize, weakness: &str) -> Value {
    json!({
        "_id": format!("sha256:{number:064}"),
        "id": format!("sha256:{number:064}"),
        "hostname": "worker-1",
        "repoTag": { "registry": "registry.example", "repo": "web", "tag": number.to_string() },
        "scanTime": "2026-03-01T11:00:00Z",
        "distro": "Debian GNU/Linux 12 (bookworm)",
        "cloudMetadata": { "provider": "aws", "accountID": "123456789012", "region": "eu-central-1" },
        "vulnerabilities": [{
            "cve": weakness, "severity": "important", "cvss": 7.5,
            "vecStr": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            "packageName": "openssl", "packageVersion": "3.0.11", "status": "fixed in 3.0.13",
            "link": "https://security-tracker.debian.org/tracker/x", "discovered": "2026-02-01T00:00:00Z",
            "riskFactors": { "Has fix": {} },
        }],
        "complianceIssues": [{
            "id": 41, "title": "Image should be created with a non-root user", "severity": "high",
            "cause": "runs as root", "type": "image",
        }],
    })
}

async fn with_images(records: Vec<Value>) -> Bench {
    let bench = Bench::start().await;
    bench.simulator.set_records(Workload::Images, records);
    bench
}

#[tokio::test]
async fn a_scanned_image_is_a_finding_for_each_weakness_and_issue() {
    let bench = with_images(vec![image(1, "CVE-2026-0001")]).await;
    let (events, _) = poll_all(&*bench.source("images"), None).await;

    let mapped: Vec<_> = bench.normalized(&events[0]).into_iter().map(event).collect();
    let [weakness, issue] = [0, 1].map(|index| json_of(&mapped[index]));

    let resource = format!("sha256:{:064}", 1);
    assert_eq!(
        [&weakness["class_uid"], &weakness["finding_info"]["uid"], &weakness["severity"]],
        [&json!(2002), &json!(format!("CVE-2026-0001 openssl {resource}")), &json!("High")]
    );
    assert_eq!(
        weakness["vulnerabilities"][0]["affected_packages"][0]["fixed_in_version"],
        "3.0.13"
    );
    assert_eq!(weakness["vulnerabilities"][0]["cve"]["cvss"][0]["version"], "3.1");
    assert_eq!(weakness["resources"][0]["name"], "registry.example/web:1");
    assert_eq!(weakness["cloud"]["account"]["uid"], "123456789012");
    assert_eq!(
        [&issue["class_uid"], &issue["finding_info"]["uid"], &issue["compliance"]["status"]],
        [&json!(2003), &json!(format!("compliance 41 {resource}")), &json!("Fail")]
    );
    assert_eq!(mapped.len(), 2);
}

#[tokio::test]
async fn a_scan_that_finds_the_same_again_is_no_news() {
    let bench = with_images(vec![image(1, "CVE-2026-0001"), image(2, "CVE-2026-0002")]).await;
    let source = bench.source("images");
    let (first, checkpoint) = poll_all(&*source, None).await;

    let mut again = [image(1, "CVE-2026-0001"), image(2, "CVE-2026-0003")];
    again.iter_mut().for_each(|record| record["scanTime"] = json!("2026-03-02T11:00:00Z"));
    bench.simulator.set_records(Workload::Images, again.to_vec());
    let (second, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!((first.len(), second.len()), (2, 1));
    let ids = |raw: &RawEvent| -> Vec<_> {
        bench.normalized(raw).into_iter().map(|part| event(part).event_id).collect()
    };
    assert_ne!(ids(&first[1])[0], ids(&second[0])[0]);
    // The issue is as before, so it is not told again.
    assert_eq!((ids(&first[1]).len(), ids(&second[0]).len()), (2, 1));
}

#[tokio::test]
async fn pages_of_a_console_are_read_to_the_end() {
    let bench = with_images((0..120).map(|number| image(number, "CVE-2026-0001")).collect()).await;

    let (events, _) = poll_all(&*bench.source("images"), None).await;

    assert_eq!((events.len(), bench.simulator.summary().console_pages), (120, 3));
}

#[tokio::test]
async fn an_empty_console_and_clean_records_are_no_events() {
    let mut clean = image(1, "x");
    clean["vulnerabilities"] = json!([]);
    clean["complianceIssues"] = Value::Null;
    let bench = with_images(vec![clean]).await;

    for name in ["images", "hosts", "containers"] {
        assert_eq!(poll_all(&*bench.source(name), None).await.0.len(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_host_is_known_by_its_name_and_a_container_by_what_it_runs() {
    let bench = Bench::start().await;
    let issue =
        json!([{ "id": 59, "title": "Do not share the host's network", "severity": "high" }]);
    let host = json!({
        "_id": "worker-1", "type": "host", "hostname": "worker-1", "scanTime": "2026-03-01T11:00:00Z",
        "complianceIssues": issue,
    });
    let container = json!({
        "_id": "c1", "hostname": "worker-1", "scanTime": "2026-03-01T11:00:00Z",
        "info": { "name": "/web", "imageName": "web:1", "complianceIssues": issue },
    });
    bench.simulator.set_records(Workload::Hosts, vec![host]);
    bench.simulator.set_records(Workload::Containers, vec![container]);

    for (name, uid, kind) in [("hosts", "worker-1", "host"), ("containers", "c1", "container")] {
        let (events, _) = poll_all(&*bench.source(name), None).await;
        let json = json_of(&event(bench.normalized(&events[0]).remove(0)));

        let resource = &json["resources"][0];
        assert_eq!([&resource["uid"], &resource["type"]], [uid, kind]);
    }
}

#[tokio::test]
async fn a_console_that_is_asked_too_often_is_waited_for() {
    let bench = with_images(Vec::new()).await;
    bench.simulator.behave(|behavior| behavior.limits_rate = true);
    let source = bench.source("images");

    for _ in 0..30 {
        source.poll(None).await.unwrap();
    }
    let error = source.poll(None).await.unwrap_err();

    let retry_after = Some(Duration::from_secs(30));
    assert_eq!(error.kind(), ErrorKind::Throttled { retry_after });
}

#[tokio::test]
async fn a_consoles_token_is_renewed_by_a_login() {
    let bench = with_images(Vec::new()).await;
    let source = bench.source("images");

    for _ in 0..3 {
        source.poll(None).await.unwrap();
        bench.simulator.advance(Duration::from_secs(3600));
    }

    let summary = bench.simulator.summary();
    assert_eq!((summary.logins, summary.unauthorized), (3, 0));
}

fn standard(failed: i64) -> Value {
    json!({
        "id": "5f7c1a0e-0005-4000-8000-000000000001", "name": "CIS v1.4.0 (AWS)",
        "description": "Benchmark", "assignedPolicies": 40, "default": true,
        "failedResources": failed, "passedResources": 100 - failed, "totalResources": 100,
        "highSeverityFailedResources": failed, "criticalSeverityFailedResources": 0,
        "mediumSeverityFailedResources": 0, "lowSeverityFailedResources": 0,
        "informationalSeverityFailedResources": 0,
    })
}

#[tokio::test]
async fn a_standard_is_told_when_its_numbers_change_and_when_they_change_back() {
    let bench = Bench::start().await;
    let source = bench.source("compliance");
    let (mut checkpoint, mut told) = (None, Vec::new());

    for failed in [3, 3, 0, 3] {
        bench.simulator.set_standards(vec![standard(failed)]);
        let (events, next) = poll_all(&*source, checkpoint).await;
        told.extend(events.iter().map(|raw| event(bench.normalized(raw).remove(0))));
        checkpoint = Some(next);
        bench.simulator.advance(Duration::from_secs(6 * 3600));
    }

    let statuses: Vec<_> = told.iter().map(|mapped| json_of(mapped)["status"].clone()).collect();
    assert_eq!(statuses, ["New", "Resolved", "New"]);
    let ids: BTreeSet<_> = told.iter().map(|mapped| mapped.event_id.clone()).collect();
    assert_eq!(ids.len(), 3);
    let json = json_of(&told[0]);
    assert_eq!(
        [&json["severity"], &json["message"], &json["compliance"]["status"]],
        [&json!("High"), &json!("3 failed, 97 passed"), &json!("Fail")]
    );
}
