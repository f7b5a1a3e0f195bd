//! Six shapes of CEF, as firewalls, a web application firewall and an endpoint sensor write it.
//!
//! They have what makes CEF dear to read: labels apart from their values, spaces, escaped
//! separators, keys of the vendor's own, text that is not ASCII.

use rand::Rng;
use rand::rngs::StdRng;

use super::words::{
    ACTIONS, AGENTS, APPLICATIONS, ATTACKS, DETECTIONS, PATHS, RULES, USERS, ZONES, inside,
    outside, pick,
};

/// What every line has.
struct Common {
    /// Milliseconds since 1970.
    time: u64,
    /// `Jun 12 2026 08:00:03`
    clock: String,
    host: u32,
    source: String,
    target: String,
    translated: String,
    source_port: u16,
    port: u16,
    user: &'static str,
    action: &'static str,
    rule: &'static str,
}

/// Writes a line without its end; its number is 0.
pub(super) fn line(rng: &mut StdRng, number: u64) -> String {
    let common = Common::draw(rng, number);
    let message = match rng.random_range(0..100) {
        0..30 => traffic(rng, &common),
        30..45 => address_filter(rng, &common),
        45..65 => forward(rng, &common),
        65..80 => gateway(rng, &common),
        80..90 => web_attack(rng, &common),
        _ => endpoint(rng, &common),
    };
    let (date, time) = common.clock.split_once(" 2026 ").unwrap_or_default();
    format!("<134>{date} {time} gate{:02} {message} externalId=sq-0000000000", common.host)
}

impl Common {
    fn draw(rng: &mut StdRng, number: u64) -> Self {
        // Two milliseconds between lines: 200,000 of them are within seven minutes.
        let since = number * 2;
        let (minute, second) = (since / 60_000 % 60, since / 1000 % 60);
        Self {
            time: START_MS + since,
            clock: format!("Jun 12 2026 08:{minute:02}:{second:02}"),
            host: rng.random_range(0..24),
            source: inside(rng),
            target: outside(rng),
            translated: outside(rng),
            source_port: rng.random_range(1024..65_000),
            port: [443, 80, 53, 22, 3389, 8443][rng.random_range(0..6)],
            user: pick(rng, USERS),
            action: pick(rng, ACTIONS),
            rule: pick(rng, RULES),
        }
    }
}

/// PAN-OS, the end of a session; the only shape whose durations the alert rules of `bench.yaml` ask
/// for.
fn traffic(rng: &mut StdRng, common: &Common) -> String {
    let Common {
        clock,
        host,
        source,
        target,
        translated,
        source_port,
        port,
        user,
        action,
        rule,
        ..
    } = common;
    let (application, zone) = (pick(rng, APPLICATIONS), pick(rng, ZONES));
    let (inbound, outbound) = (rng.random_range(1..9), rng.random_range(1..9));
    let (session, seconds) = (rng.random_range(0..1 << 24), rng.random_range(0..600));
    let (received, sent) = (rng.random_range(0..1 << 20), rng.random_range(0..1 << 18));
    format!(
        "CEF:0|Palo Alto Networks|PAN-OS|11.1.4|end|TRAFFIC|1|rt={clock} GMT deviceExternalId=0081{host:08} \
         src={source} dst={target} sourceTranslatedAddress={translated} cs1Label=Rule cs1={rule} \
         suser=example\\\\{user} app={application} cs4Label=Source Zone cs4={zone} \
         deviceInboundInterface=ethernet1/{inbound} deviceOutboundInterface=ethernet1/{outbound} \
         cn1Label=SessionID cn1={session} spt={source_port} dpt={port} proto=tcp act={action} in={received} \
         out={sent} cn3Label=Elapsed time in seconds cn3={seconds}"
    )
}

/// PAN-OS, a web address.
fn address_filter(rng: &mut StdRng, common: &Common) -> String {
    let Common { clock, host, source, target, source_port, port, user, action, rule, .. } = common;
    let (application, path, agent) = (pick(rng, APPLICATIONS), pick(rng, PATHS), pick(rng, AGENTS));
    let (site, order) = (rng.random_range(0..400), rng.random_range(0..1 << 20));
    let category = rng.random_range(9000..9999);
    format!(
        "CEF:0|Palo Alto Networks|PAN-OS|11.1.4|url|THREAT|4|rt={clock} GMT deviceExternalId=0081{host:08} \
         src={source} dst={target} cs1Label=Rule cs1={rule} suser=example\\\\{user} app={application} \
         cs2Label=URL Category cs2=medium-risk spt={source_port} dpt={port} proto=tcp act={action} \
         request=https://site{site}.example{path}?order\\={order}&by\\={user} requestMethod=GET \
         requestClientApplication={agent} cat=({category})"
    )
}

/// FortiGate, with its own keys.
fn forward(rng: &mut StdRng, common: &Common) -> String {
    let Common {
        time,
        host,
        source,
        target,
        translated,
        source_port,
        port,
        user,
        action,
        rule,
        ..
    } = common;
    let (client, interface) = (rng.random_range(0..99_999), rng.random_range(1..7));
    let (policy, seconds) = (rng.random_range(0..300), rng.random_range(0..900));
    let (received, sent) = (rng.random_range(0..1 << 20), rng.random_range(0..1 << 18));
    format!(
        "CEF:0|Fortinet|Fortigate|v7.4.3|00013|traffic:forward {action}|3|deviceExternalId=FGT80F{host:010} \
         FTNTFGTeventtime={time}000000 FTNTFGTlogid=0000000013 FTNTFGTsubtype=forward FTNTFGTlevel=notice \
         FTNTFGTvd=root src={source} shost=pc-{client:05} spt={source_port} \
         deviceInboundInterface=port{interface} dst={target} dpt={port} deviceOutboundInterface=wan2 \
         FTNTFGTpolicyid={policy} FTNTFGTpolicyname={rule} duser={user} proto=6 act={action} \
         sourceTranslatedAddress={translated} in={received} out={sent} FTNTFGTduration={seconds}"
    )
}

/// Check Point.
fn gateway(rng: &mut StdRng, common: &Common) -> String {
    let Common { time, host, source, target, source_port, port, user, action, rule, .. } = common;
    let application = pick(rng, APPLICATIONS);
    let (interface, sequence) = (rng.random_range(0..8), rng.random_range(1..50));
    let log: [u32; 4] = rng.random();
    let [first, second, third, fourth] = log;
    let second = second % 16;
    format!(
        "CEF:0|Check Point|VPN-1 & FireWall-1|R81.20|{action}|{application}|Unknown|act={action} \
         deviceDirection=0 rt={time} src={source} spt={source_port} dst={target} dpt={port} proto=6 \
         cs2Label=Rule Name cs2={rule} deviceExternalId=gate{host:02} ifname=eth{interface} \
         loguid={{0x{first:08x},0x{second:x},0x{third:08x},0x{fourth:08x}}} origin=10.254.0.{host} \
         originsicname=CN\\=gate{host:02},O\\=control.example.d4e5f6 suser={user} sequencenum={sequence} version=5"
    )
}

/// Imperva, from before a web server.
fn web_attack(rng: &mut StdRng, common: &Common) -> String {
    let Common { time, host, target, translated, source_port, .. } = common;
    let (attack, agent, path) = (pick(rng, ATTACKS), pick(rng, AGENTS), pick(rng, PATHS));
    let severity = rng.random_range(3..10);
    let (file, site, tenant): (u32, u32, u32) =
        (rng.random_range(0..1 << 29), rng.random_range(0..40), rng.random_range(10_000..99_999));
    let (account, visitor, token) =
        (rng.random_range(0..999), rng.random::<u64>(), rng.random::<u32>());
    let status = pick(rng, &["200", "403", "404"]);
    format!(
        "CEF:0|Incapsula|SIEMintegration|1|1|{attack}|{severity}|fileId={host}00{file:09} \
         sourceServiceName=store{site}.example siteid={tenant} suid=50{account} \
         requestClientApplication={agent} deviceFacility=fra cs2Label=Javascript Support cs2=true cs4Label=VID \
         cs4={visitor:016x} ccode=PT cn1Label=statusCode cn1={status} request=store.example{path} \
         qstr=t\\={token:x}&f\\=2%27 or 2\\=2 requestMethod=POST start={time} act=REQ_BLOCKED_SECURITY \
         src={target} spt={source_port} xff={translated}"
    )
}

/// An endpoint sensor, with escapes, a path of Windows and letters beyond ASCII.
fn endpoint(rng: &mut StdRng, common: &Common) -> String {
    let Common { time, source, user, .. } = common;
    let detection = pick(rng, DETECTIONS);
    let (severity, client) = (rng.random_range(4..11), rng.random_range(0..99_999));
    let (rule, offset) = (rng.random_range(0..4000), rng.random_range(0..1 << 30));
    let hash: [u64; 4] = rng.random();
    let hash: String = hash.iter().map(|part| format!("{part:016x}")).collect();
    let command: u128 = rng.random();
    format!(
        "CEF:0|Example EDR|Endpoint Sensor|7.12|DetectionSummaryEvent|{detection}|{severity}|rt={time} \
         dvchost=pc-{client:05} src={source} duser={user} \
         msg=Chain of processes fits \\| rule {rule} here, garçon à l'été \
         filePath=C:\\\\Windows\\\\SysWOW64\\\\WindowsPowerShell\\\\v1.0\\\\ fileHash={hash} sproc=outlook.exe \
         cs1Label=CommandLine cs1=powershell -e {command:032X} -nop cs6Label=Technique cs6=T1059.003 \
         cn3Label=Offset cn3={offset}"
    )
}

/// 2026-06-12 08:00:00 UTC.
const START_MS: u64 = 1_781_251_200_000;
