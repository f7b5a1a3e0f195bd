//! What may be written, and what is told about mistakes.

use super::*;
use crate::prisma_cloud::CONNECTOR;
use signalbox_sdk::BuildError;

fn build(config: Value) -> Result<Roles, Vec<BuildError>> {
    (CONNECTOR.build)(config, &PrismaCloudSimulator::default().context())
}

fn names(config: Value) -> Vec<&'static str> {
    build(config).unwrap().sources.iter().map(|source| source.name()).collect()
}

#[test]
fn alerts_are_read_by_both_their_times_and_the_rest_is_asked_for() {
    let key = |mut config: Value| {
        config["access_key"] = json!("env:PRISMA_ACCESS_KEY");
        config["secret_key"] = json!("env:PRISMA_SECRET_KEY");
        config
    };
    let url = "https://app3.prismacloud.io/alerts/overview#x";
    let console =
        json!({ "url": "https://us-east1.cloud.twistlock.com/us-1", "include": ["hosts"] });

    assert_eq!(names(key(json!({ "url": url }))), ["alerts", "status_changes"]);
    assert_eq!(
        names(key(json!({ "url": url, "compliance": {}, "alerts": { "status_changes": false } }))),
        ["alerts", "compliance"]
    );
    assert_eq!(names(key(json!({ "compute": console }))), ["hosts"]);
    assert_eq!(
        names(key(json!({ "url": url, "alerts": { "enabled": false } }))),
        Vec::<&str>::new()
    );
}

#[test]
fn mistakes_are_told_where_they_are() {
    let told = |config: Value| -> Vec<String> {
        let mistakes = build(config).err().unwrap_or_default();
        mistakes.into_iter().map(|error| format!("{} {}", error.pointer, error.message)).collect()
    };
    let webhook = json!({
        "secrets": ["env:X"], "header": "no header", "path": "hooks", "fields": { "alertid": "x" },
    });

    assert!(told(json!({}))[0].contains("nothing to receive from"));
    assert_eq!(told(json!({ "url": "https://api.prismacloud.io" })).len(), 2);
    let told = told(json!({ "webhook": webhook, "compliance": {} }));
    let places: Vec<_> = told.iter().map(|told| told.split(' ').next().unwrap()).collect();
    assert_eq!(
        places,
        ["/compliance", "/webhook/header", "/webhook/path", "/webhook/fields/alertid"]
    );
}

#[test]
fn saved_bytes_are_decoded_without_a_configuration() {
    let config = serde_json::from_str(CONNECTOR.decode_config.unwrap()).unwrap();

    let roles = build(config).unwrap();

    assert!(roles.webhook.is_some() && roles.normalize.is_some() && roles.sources.is_empty());
}

#[tokio::test]
async fn the_simulators_own_configuration_reaches_it() {
    let bench = Bench::start().await;
    let setup = bench.simulator.configuration(bench.server.address());

    let variables: Vec<_> = setup.environment.iter().map(|(name, _)| *name).collect();

    assert_eq!(
        variables,
        ["PRISMA_API_URL", "PRISMA_ACCESS_KEY", "PRISMA_SECRET_KEY", "PRISMA_WEBHOOK_TOKEN"]
    );
    assert!(variables.iter().all(|name| setup.yaml.contains(&format!("env:{name}"))));
}
