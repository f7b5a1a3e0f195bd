//! Suricata's EVE: JSON whose `event_type` says what it tells of.

use signalbox_model::ocsf::ClassUid;

use super::super::mapping::attribute::Attribute;
use super::{Profile, attacked, fallback};

/// Suricata, and whoever else writes an `event_type`.
pub(in crate::syslog) static PROFILE: Profile = Profile {
    class: |record| match record.named("event_type") {
        Some("alert") if record.get(Attribute::Signature).is_some() => ClassUid::DetectionFinding,
        Some("dns") => ClassUid::DnsActivity,
        Some("http") => ClassUid::HttpActivity,
        Some("flow" | "netflow" | "tls" | "ssh" | "smtp" | "anomaly" | "fileinfo" | "drop") => {
            ClassUid::NetworkActivity
        }
        _ => fallback::activity(record),
    },
    keys: &[
        ("event_type", Attribute::Category),
        ("timestamp", Attribute::ReceiptTime),
        ("alert.signature", Attribute::Signature),
        ("alert.signature_id", Attribute::SignatureUid),
        ("alert.action", Attribute::Action),
        ("alert.category", Attribute::Kind),
        ("alert.severity", Attribute::FindingPriority),
        ("dns.rrname", Attribute::QueryName),
        ("dns.rrtype", Attribute::QueryType),
        ("dns.rcode", Attribute::AnswerCode),
        ("http.hostname", Attribute::DestinationHost),
        ("http.url", Attribute::Url),
        ("http.http_method", Attribute::Method),
        ("http.http_user_agent", Attribute::UserAgent),
        ("http.http_refer", Attribute::Referrer),
        ("http.protocol", Attribute::HttpVersion),
        ("http.status", Attribute::ResponseCode),
        ("http.http_content_type", Attribute::ContentType),
        ("flow.bytes_toserver", Attribute::BytesOut),
        ("flow.bytes_toclient", Attribute::BytesIn),
        ("flow.pkts_toserver", Attribute::PacketsOut),
        ("flow.pkts_toclient", Attribute::PacketsIn),
        ("flow.start", Attribute::StartTime),
        ("flow.end", Attribute::EndTime),
        ("flow_id", Attribute::ConnectionUid),
        ("app_proto", Attribute::AppProtocol),
        ("in_iface", Attribute::DeviceInterface),
        ("fileinfo.filename", Attribute::FileName),
        ("tls.sni", Attribute::DestinationDomain),
    ],
    fields: &[],
    resource: attacked,
};
