//! Keys that mean the same wherever they stand: in LEEF, in pairs, in JSON.
//!
//! `src_ip`, `srcip`, `SrcIP` and `src-ip` are one key: case and what stands between words do not
//! count. A name that two senders use in two senses is not here but in a profile.

use super::attribute::Attribute;

/// Returns what a key means, where everybody means the same by it.
pub(in crate::syslog) fn meaning(key: &str) -> Option<Attribute> {
    let mut plain = [0_u8; LENGTH_MAX];
    let mut length = 0;
    for byte in key.bytes().filter(u8::is_ascii_alphanumeric) {
        *plain.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = plain.get(..length)?;
    let at = KEYS.binary_search_by(|(key, _)| key.as_bytes().cmp(plain)).ok()?;
    KEYS.get(at).map(|(_, attribute)| *attribute)
}

/// No key here is longer.
const LENGTH_MAX: usize = 24;

/// In the order of their bytes, which a test checks.
const KEYS: &[(&str, Attribute)] = &[
    ("accountname", Attribute::TargetName),
    ("act", Attribute::Action),
    ("action", Attribute::Action),
    ("app", Attribute::AppName),
    ("application", Attribute::AppName),
    ("appproto", Attribute::AppProtocol),
    ("bytes", Attribute::Bytes),
    ("bytesfromclient", Attribute::BytesOut),
    ("bytesfromserver", Attribute::BytesIn),
    ("bytesin", Attribute::BytesIn),
    ("bytesout", Attribute::BytesOut),
    ("cat", Attribute::Category),
    ("category", Attribute::Category),
    ("clientip", Attribute::SourceIp),
    ("clientport", Attribute::SourcePort),
    ("cmdline", Attribute::CommandLine),
    ("commandline", Attribute::CommandLine),
    ("contenttype", Attribute::ContentType),
    ("destinationaddress", Attribute::DestinationIp),
    ("destinationinterface", Attribute::DestinationInterface),
    ("destinationip", Attribute::DestinationIp),
    ("destinationport", Attribute::DestinationPort),
    ("destinationzonename", Attribute::DestinationZone),
    ("destip", Attribute::DestinationIp),
    ("destport", Attribute::DestinationPort),
    ("deviceid", Attribute::DeviceUid),
    ("devicename", Attribute::DeviceHost),
    ("devid", Attribute::DeviceUid),
    ("devname", Attribute::DeviceHost),
    ("devtime", Attribute::ReceiptTime),
    ("dhost", Attribute::DestinationHost),
    ("direction", Attribute::Direction),
    ("domain", Attribute::UserDomain),
    ("dpt", Attribute::DestinationPort),
    ("dst", Attribute::DestinationIp),
    ("dstcountry", Attribute::DestinationCountry),
    ("dsthost", Attribute::DestinationHost),
    ("dsthostname", Attribute::DestinationHost),
    ("dstinterface", Attribute::DestinationInterface),
    ("dstintf", Attribute::DestinationInterface),
    ("dstip", Attribute::DestinationIp),
    ("dstmac", Attribute::DestinationMac),
    ("dstname", Attribute::DestinationHost),
    ("dstport", Attribute::DestinationPort),
    ("dstzone", Attribute::DestinationZone),
    ("duser", Attribute::TargetName),
    ("dvc", Attribute::DeviceIp),
    ("dvchost", Attribute::DeviceHost),
    ("endtime", Attribute::EndTime),
    ("eventtime", Attribute::ReceiptTime),
    ("externalid", Attribute::OriginalUid),
    ("filehash", Attribute::FileHash),
    ("filename", Attribute::FileName),
    ("filepath", Attribute::FilePath),
    ("filesize", Attribute::FileSize),
    ("httpmethod", Attribute::Method),
    ("httpreferrer", Attribute::Referrer),
    ("httpstatus", Attribute::ResponseCode),
    ("httpurl", Attribute::Url),
    ("httpuseragent", Attribute::UserAgent),
    ("httpversion", Attribute::HttpVersion),
    ("identhostname", Attribute::SourceHost),
    ("identmac", Attribute::SourceMac),
    ("identsrc", Attribute::SourceIp),
    ("ininterface", Attribute::SourceInterface),
    ("logontype", Attribute::LogonType),
    ("md5", Attribute::FileHash),
    ("message", Attribute::Message),
    ("msg", Attribute::Message),
    ("outcome", Attribute::Outcome),
    ("outinterface", Attribute::DestinationInterface),
    ("packetsfromclient", Attribute::PacketsOut),
    ("packetsfromserver", Attribute::PacketsIn),
    ("pid", Attribute::ProcessId),
    ("policyid", Attribute::PolicyUid),
    ("policyname", Attribute::PolicyName),
    ("processid", Attribute::ProcessId),
    ("processname", Attribute::ProcessName),
    ("proto", Attribute::Protocol),
    ("protocolid", Attribute::Protocol),
    ("rcvd", Attribute::BytesIn),
    ("rcvdbyte", Attribute::BytesIn),
    ("rcvdpkt", Attribute::PacketsIn),
    ("reason", Attribute::Reason),
    ("referer", Attribute::Referrer),
    ("refererurl", Attribute::Referrer),
    ("referrer", Attribute::Referrer),
    ("requestmethod", Attribute::Method),
    ("rule", Attribute::RuleName),
    ("ruleid", Attribute::RuleUid),
    ("rulename", Attribute::RuleName),
    ("ruleuid", Attribute::RuleUid),
    ("sent", Attribute::BytesOut),
    ("sentbyte", Attribute::BytesOut),
    ("sentpkt", Attribute::PacketsOut),
    ("serverip", Attribute::DestinationIp),
    ("servicename", Attribute::DestinationService),
    ("sha1", Attribute::FileHash),
    ("sha256", Attribute::FileHash),
    ("shost", Attribute::SourceHost),
    ("sourceaddress", Attribute::SourceIp),
    ("sourceinterface", Attribute::SourceInterface),
    ("sourceip", Attribute::SourceIp),
    ("sourceport", Attribute::SourcePort),
    ("sourcezonename", Attribute::SourceZone),
    ("spt", Attribute::SourcePort),
    ("src", Attribute::SourceIp),
    ("srccountry", Attribute::SourceCountry),
    ("srchost", Attribute::SourceHost),
    ("srchostname", Attribute::SourceHost),
    ("srcinterface", Attribute::SourceInterface),
    ("srcintf", Attribute::SourceInterface),
    ("srcip", Attribute::SourceIp),
    ("srcmac", Attribute::SourceMac),
    ("srcname", Attribute::SourceHost),
    ("srcport", Attribute::SourcePort),
    ("srczone", Attribute::SourceZone),
    ("starttime", Attribute::StartTime),
    ("suser", Attribute::UserName),
    ("technique", Attribute::Technique),
    ("url", Attribute::Url),
    ("user", Attribute::UserName),
    ("useragent", Attribute::UserAgent),
    ("username", Attribute::UserName),
    ("usrname", Attribute::UserName),
    ("xforwardedfor", Attribute::ForwardedFor),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_in_order_plain_and_short_enough() {
        assert!(KEYS.is_sorted_by(|(one, _), (next, _)| one < next));
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        assert!(KEYS.iter().all(|(key, _)| key.len() <= LENGTH_MAX && key.bytes().all(is_plain)));
    }

    #[test]
    fn case_and_separators_do_not_count() {
        for key in ["src_ip", "SrcIP", "src-ip", "srcip"] {
            assert_eq!(meaning(key), Some(Attribute::SourceIp), "{key}");
        }
        assert_eq!(meaning("srcipv6"), None);
        assert_eq!(meaning(&"a".repeat(100)), None);
        assert_eq!(meaning(""), None);
    }
}
