//! Reading a CEF line of a firewall, with its syslog header: `cargo bench -p signalbox-sdk`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::cef::{Cef, Field, Pairs, Split};
use signalbox_sdk::codec::date::Dating;
use signalbox_sdk::codec::syslog::{self, Zone};

/// Twenty pairs, two with labels, an escaped value and one with blanks.
const LINE: &str = "<134>Jun  9 10:13:20 edge02 CEF:0|Example|Firewall|11.1|end|TRAFFIC|1|rt=Jun 09 2026 10:13:20 GMT \
    deviceExternalId=007900000002 src=10.0.44.23 dst=198.51.100.38 sourceTranslatedAddress=198.51.100.103 \
    cs1Label=Rule cs1=deny all by default suser=corp\\\\root app=ms-rdp cs4Label=Source Zone cs4=server-farm \
    deviceInboundInterface=ethernet1/8 spt=32735 dpt=443 proto=tcp act=reset-both in=881345 out=169631 \
    request=https://example.com/?id\\=5 externalId=0000000001";

fn read(criterion: &mut Criterion) {
    let received = Timestamp::from_millis(1_781_000_000_000);
    let mut group = criterion.benchmark_group("cef");
    group.throughput(Throughput::Bytes(LINE.len() as u64));
    group.bench_function("syslog header", |bencher| {
        bencher.iter(|| syslog::parse(black_box(LINE), received, &Zone::UTC));
    });
    group.bench_function("pairs, storage used again", |bencher| {
        let mut kept = Pairs::default();
        bencher.iter(|| {
            let pairs = std::mem::take(&mut kept).reuse();
            let cef = Cef::parse_into(black_box(LINE), Split::Strict, pairs);
            kept = cef.map(|cef| black_box(cef).pairs.reuse()).unwrap_or_default();
        });
    });
    let dating = Dating::new(received, TimeZone::UTC);
    if let Ok(cef) = Cef::parse(LINE) {
        group.bench_function("its time", |bencher| {
            bencher.iter(|| black_box(&cef).time(Field::DeviceReceiptTime, &dating));
        });
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
