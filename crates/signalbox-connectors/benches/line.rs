//! A firewall's line into an event of OCSF, and that event as HEC wants it: `cargo bench -p signalbox-connectors`.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use signalbox_connectors::{splunk_hec, syslog};
use signalbox_model::IntegrationName;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{EventItem, Item, Normalized};
use signalbox_sdk::{Connector, Context, Roles};

/// Twenty pairs, three with labels, an escaped value and one with blanks.
const LINE: &str = "<134>Jun  9 10:13:20 edge02 CEF:0|Palo Alto Networks|PAN-OS|11.1|end|TRAFFIC|1|\
    rt=Jun 09 2026 10:13:20 GMT deviceExternalId=007900000002 src=10.0.44.23 dst=198.51.100.38 \
    sourceTranslatedAddress=198.51.100.103 cs1Label=Rule cs1=deny all by default suser=corp\\\\root app=ms-rdp \
    cs4Label=Source Zone cs4=server-farm deviceInboundInterface=ethernet1/8 cn1Label=SessionID cn1=13252461 \
    spt=32735 dpt=443 proto=tcp act=reset-both in=881345 out=169631 cn3Label=Elapsed time in seconds cn3=469 \
    externalId=0000000001";

/// 2026-06-09 10:13:20 UTC.
const RECEIVED: Timestamp = Timestamp::from_millis(1_781_000_000_000);

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));

fn line(criterion: &mut Criterion) {
    // The first thing, as in the program: nothing else may pick another TLS provider.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let mut group = criterion.benchmark_group("line");
    group.throughput(Throughput::Bytes(LINE.len() as u64));
    if let Some(json) = map(&mut group) {
        encode(&mut group, &json);
    }
    group.finish();
}

/// Returns the event in JSON.
fn map(group: &mut BenchmarkGroup<'_, WallTime>) -> Option<Vec<u8>> {
    let roles = roles(&syslog::CONNECTOR, json!({"direction": "receive", "udp": [{}]}))?;
    let (listener, normalize) = (roles.listener?, roles.normalize?);
    let raw = listener.datagram(0, PEER, Bytes::from_static(LINE.as_bytes()), RECEIVED)?;
    let mut events = Vec::new();
    group.bench_function("into an event", |bencher| {
        bencher.iter(|| {
            events.clear();
            normalize.normalize(black_box(&raw), &mut events);
        });
    });
    let Normalized::Event(mapped) = events.pop()? else { return None };
    let mut json = Vec::new();
    mapped.event.write_json(&mut json);
    Some(json)
}

fn encode(group: &mut BenchmarkGroup<'_, WallTime>, json: &[u8]) {
    let config = json!({"direction": "send", "url": "http://127.0.0.1:8088", "token": "env:TOKEN"});
    let roles = roles(&splunk_hec::CONNECTOR, config);
    let Some(destination) = roles.and_then(|roles| roles.destination) else { return };
    let mut body = Vec::new();
    group.bench_function("out of an event, for HEC", |bencher| {
        bencher.iter(|| {
            body.clear();
            let event = EventItem { json: black_box(json), time: RECEIVED, source: "firewalls" };
            destination.encode(&Item::Event(event), &mut body)
        });
    });
}

fn roles(connector: &Connector, config: Value) -> Option<Roles> {
    let secrets = FixedSecrets::of_variables([("TOKEN", "token")]);
    let context = Context::new(IntegrationName::new("bench"), Arc::new(secrets));
    (connector.build)(config, &context).ok()
}

criterion_group!(benches, line);
criterion_main!(benches);
