//! Deciding about an event by few rules and by many: `cargo bench -p signalbox-pipeline`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use signalbox_model::RuleName;
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;
use signalbox_pipeline::evaluate::condition::{Condition, Subject};
use signalbox_pipeline::evaluate::{AlertRule, RulePlan, RuleSet};
use signalbox_store::journal::Decision;
use uuid::Uuid;

fn event() -> Event {
    let class = Class::new(ClassUid::NetworkActivity);
    let mut event = Event::new(class, Timestamp::from_millis(1_781_000_000_000));
    for (path, value) in [
        ("message", Value::Text("connection reset by the peer")),
        ("device.hostname", Value::Text("edge02")),
        ("actor.user.name", Value::Text("root")),
        ("src_endpoint.ip", Value::Text("10.0.44.23")),
        ("dst_endpoint.ip", Value::Text("198.51.100.38")),
        ("dst_endpoint.port", Value::Integer(443)),
    ] {
        // A path that is none is left out.
        drop(FieldPath::parse(path).map(|path| event.assign(&path, value)));
    }
    event
}

/// As many rules, of five sorts, none of which takes the event.
fn rules(count: usize) -> RuleSet {
    let text = |number: usize| match number % 5 {
        0 => format!("dst.port = {} AND src.ip = '192.168.0.0/16'", 10_000 + number),
        1 => format!("device.hostname = 'lab-{number}'"),
        2 => format!("actor.user.name = 'robot-{number}' AND severity >= low"),
        3 => format!("message CONTAINS 'keepalive {number}'"),
        _ => format!("dst.ip IN ('203.0.113.{}', '192.0.2.{}')", number % 256, number % 251),
    };
    let rule = |number| {
        let condition = Condition::compile(&text(number)).ok()?;
        let plan = RulePlan { notify: Vec::new(), suppress_repeats_ms: 0, reopen_within_ms: 0 };
        Some(AlertRule { name: RuleName::new(&format!("rule-{number}")), condition, plan })
    };
    RuleSet::new(Vec::new(), Vec::new(), (0..count).filter_map(rule).collect())
}

fn decide(criterion: &mut Criterion) {
    let event = event();
    let subject = Subject { event: &event, integration: "firewalls", connector: "syslog" };
    let mut group = criterion.benchmark_group("decide by rules");
    for count in [10, 50, 1000] {
        let rules = rules(count);
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut decision = Decision::default();
            bencher.iter(|| rules.decide(black_box(&subject), Uuid::nil(), &mut decision));
        });
    }
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
