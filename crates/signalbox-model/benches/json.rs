//! Writing an event as OCSF JSON: `cargo bench -p signalbox-model`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use signalbox_model::ocsf::{Class, ClassUid, Event, FieldPath, Value};
use signalbox_model::time::Timestamp;

/// A connection as a firewall tells it.
fn connection() -> Event {
    let class = Class::new(ClassUid::NetworkActivity);
    let mut event = Event::new(class, Timestamp::from_millis(1_781_000_000_000));
    for (path, value) in [
        ("message", Value::Text("TRAFFIC")),
        ("device.hostname", Value::Text("edge02")),
        ("actor.user.name", Value::Text("root")),
        ("src_endpoint.ip", Value::Text("10.0.44.23")),
        ("src_endpoint.port", Value::Integer(32_735)),
        ("dst_endpoint.ip", Value::Text("198.51.100.38")),
        ("dst_endpoint.port", Value::Integer(443)),
        ("traffic.bytes_in", Value::Integer(169_631)),
        ("traffic.bytes_out", Value::Integer(881_345)),
        ("firewall_rule.name", Value::Text("deny \"all\" by default")),
        ("metadata.product.name", Value::Text("Firewall")),
        ("metadata.product.vendor_name", Value::Text("Example")),
        ("metadata.uid", Value::Text("988f193d-cff9-8986-8000-000000000001")),
        ("unmapped.sourceTranslatedAddress", Value::Text("198.51.100.103")),
    ] {
        // A path that is none is left out.
        drop(FieldPath::parse(path).map(|path| event.assign(&path, value)));
    }
    event
}

fn write(criterion: &mut Criterion) {
    let event = connection();
    let mut json = Vec::new();
    event.write_json(&mut json);
    let mut group = criterion.benchmark_group("json");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("write an event", |bencher| {
        bencher.iter(|| {
            json.clear();
            event.write_json(&mut json);
            json.len()
        });
    });
    group.finish();
}

criterion_group!(benches, write);
criterion_main!(benches);
