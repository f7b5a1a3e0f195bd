//! An event while its values are put in place: the objects of OCSF, not yet in their class.

use signalbox_model::ocsf::objects::{
    Actor, Device, DnsAnswer, DnsQuery, File, FirewallRule, HttpRequest, HttpResponse,
    NetworkConnectionInfo, NetworkEndpoint, NetworkTraffic, Policy, Process, Url, User,
};
use signalbox_model::ocsf::{ClassUid, FindingStatus, Json, Text};
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::date::Dating;
use signalbox_sdk::role::MappedEvent;

use super::attribute::{Attribute, Attributes};
use super::homes::taken;
use super::place::{known, number, push, put_end, put_user, text, time};
use super::record::{Item, Record};
use super::words;

/// The objects, each made when its first value comes.
#[derive(Default)]
pub(super) struct Draft {
    /// The event with what every class has; its class is set last. It is large: here it is made, and never moved.
    pub(super) mapped: Box<MappedEvent>,
    pub(super) class: ClassUid,
    pub(super) source: Option<Box<NetworkEndpoint>>,
    pub(super) destination: Option<Box<NetworkEndpoint>>,
    pub(super) user: Option<Box<User>>,
    pub(super) target: Option<Box<User>>,
    pub(super) process: Option<Box<Process>>,
    pub(super) program: Option<Text>,
    pub(super) connection: Option<Box<NetworkConnectionInfo>>,
    pub(super) are_ends_known: Option<bool>,
    pub(super) traffic: Option<Box<NetworkTraffic>>,
    pub(super) app_name: Option<Text>,
    pub(super) app_protocol: Option<Text>,
    pub(super) url: Option<Box<Url>>,
    pub(super) request: Option<Box<HttpRequest>>,
    pub(super) response: Option<Box<HttpResponse>>,
    pub(super) query: Option<Box<DnsQuery>>,
    pub(super) answer: Option<Text>,
    pub(super) answer_code: Option<i64>,
    pub(super) file: Option<Box<File>>,
    pub(super) finding: FindingWords,
    pub(super) finding_status: Option<FindingStatus>,
    pub(super) logon_type: Option<i64>,
    pub(super) session: Option<Text>,
    pub(super) entity_name: Option<Text>,
    pub(super) entity_kind: Option<Text>,
    pub(super) entity_uid: Option<Text>,
    /// When the product saw it.
    pub(super) receipt: Option<Timestamp>,
    taken: Attributes,
}

/// What a product says about what it found.
#[derive(Default)]
pub(super) struct FindingWords {
    pub(super) signature: Option<Text>,
    pub(super) signature_uid: Option<Text>,
    pub(super) uid: Option<Text>,
    pub(super) status: Option<Text>,
    pub(super) kinds: Vec<Text>,
    pub(super) link: Option<Text>,
}

impl Draft {
    /// Begins an event of a class, for what its line has.
    pub(super) fn new(class: ClassUid, record: &Record<'_>) -> Self {
        Self { class, taken: taken(class, record.present), ..Self::default() }
    }

    /// Puts every value in its place, and what has none among what is kept as it is.
    pub(super) fn put_all(&mut self, record: &Record<'_>, dating: &Dating<'_>) {
        let left = record.items.len().saturating_sub(self.taken.within(record.present).len());
        self.mapped.event.unmapped.reserve(left + record.members.len());
        for item in &record.items {
            let is_taken = self.taken.has(item.attribute) && self.put(item, dating);
            if !is_taken {
                self.mapped.event.unmapped.add_text(&item.name, &item.value);
            }
        }
        for (name, value) in &record.members {
            self.mapped.event.unmapped.insert_json(name, Json::from(*value));
        }
    }

    /// Puts a value in its place; `false` where the place is taken or the value is not of its kind.
    fn put(&mut self, item: &Item<'_>, dating: &Dating<'_>) -> bool {
        use Attribute as A;

        let value = &*item.value;
        match item.attribute {
            A::SourceIp
            | A::SourceHost
            | A::SourceUid
            | A::SourcePort
            | A::SourceMac
            | A::SourceDomain
            | A::SourceZone
            | A::SourceInterface
            | A::SourceService
            | A::SourceCountry
            | A::SourceForwardedFor => {
                put_end(self.source.get_or_insert_default(), item.attribute, value)
            }
            A::DestinationIp
            | A::DestinationHost
            | A::DestinationUid
            | A::DestinationPort
            | A::DestinationMac
            | A::DestinationDomain
            | A::DestinationZone
            | A::DestinationInterface
            | A::DestinationService
            | A::DestinationCountry => {
                put_end(self.destination.get_or_insert_default(), item.attribute, value)
            }
            A::Unmapped => false,
            A::Message => text(&mut self.mapped.event.message, value),
            A::Reason => text(&mut self.mapped.event.status_detail, value),
            A::StatusCode => text(&mut self.mapped.event.status_code, value),
            A::Outcome => self.put_outcome(value),
            A::Action => self.put_action(value),
            A::Count => number(&mut self.mapped.event.count, value),
            A::DurationSeconds => self.put_duration(value),
            A::StartTime => time(&mut self.mapped.event.start_time, value, dating),
            A::EndTime => time(&mut self.mapped.event.end_time, value, dating),
            A::ReceiptTime => time(&mut self.receipt, value, dating),
            A::OriginalUid => text(&mut self.mapped.event.metadata.original_event_uid, value),
            A::CorrelationUid => text(&mut self.mapped.event.metadata.correlation_uid, value),
            A::Sequence => number(&mut self.mapped.event.metadata.sequence, value),
            A::Category => text(&mut self.mapped.event.metadata.log_name, value),
            A::RiskScore => number(&mut self.mapped.event.risk_score, value),
            A::RuleName => text(&mut self.rule().name, value),
            A::RuleUid => text(&mut self.rule().uid, value),
            A::PolicyName => text(&mut self.policy().name, value),
            A::PolicyUid => text(&mut self.policy().uid, value),
            A::DeviceIp => self.put_device_address(value),
            A::DeviceHost => self.put_device_host(value),
            A::DeviceUid => text(&mut self.device().uid, value),
            A::DeviceMac => text(&mut self.device().mac, value),
            A::DeviceDomain => text(&mut self.device().domain, value),
            A::DeviceInterface => text(&mut self.device().interface_name, value),
            A::DeviceOs => text(&mut self.device().os.get_or_insert_default().name, value),
            A::UserName => put_user(self.user.get_or_insert_default(), value),
            A::UserUid => text(&mut self.user.get_or_insert_default().uid, value),
            A::UserDomain => text(&mut self.user.get_or_insert_default().domain, value),
            A::TargetName => put_user(self.target.get_or_insert_default(), value),
            A::TargetUid => text(&mut self.target.get_or_insert_default().uid, value),
            A::TargetDomain => text(&mut self.target.get_or_insert_default().domain, value),
            A::ProcessName => text(&mut self.program, value),
            A::ProcessId => number(&mut self.process().pid, value),
            A::ProcessPath => text(&mut self.process().path, value),
            A::CommandLine => text(&mut self.process().cmd_line, value),
            _ => self.put_activity(item.attribute, value, dating),
        }
    }

    /// Puts what belongs to what was done, found or managed.
    fn put_activity(&mut self, attribute: Attribute, value: &str, dating: &Dating<'_>) -> bool {
        use Attribute as A;

        match attribute {
            A::BytesIn => self.put_traffic(|traffic| &mut traffic.bytes_in, value),
            A::BytesOut => self.put_traffic(|traffic| &mut traffic.bytes_out, value),
            A::Bytes => self.put_traffic(|traffic| &mut traffic.bytes, value),
            A::PacketsIn => self.put_traffic(|traffic| &mut traffic.packets_in, value),
            A::PacketsOut => self.put_traffic(|traffic| &mut traffic.packets_out, value),
            A::Protocol => self.put_protocol(value),
            A::Direction => self.put_direction(value),
            A::ConnectionUid => text(&mut self.connection().uid, value),
            A::EndsKnown => known(&mut self.are_ends_known, value.parse().ok()),
            A::AppName => text(&mut self.app_name, value),
            A::AppProtocol => text(&mut self.app_protocol, value),
            A::Url => self.put_url(value),
            A::UrlQuery => text(&mut self.url.get_or_insert_default().query_string, value),
            A::Method => self.put_method(value),
            A::UserAgent => text(&mut self.request().user_agent, value),
            A::Referrer => text(&mut self.request().referrer, value),
            A::HttpVersion => text(&mut self.request().version, value),
            A::ForwardedFor => self.put_forwarded_for(value),
            A::ResponseCode => number(&mut self.response.get_or_insert_default().code, value),
            A::ContentType => text(&mut self.response.get_or_insert_default().content_type, value),
            A::QueryName => text(&mut self.query.get_or_insert_default().hostname, value),
            A::QueryType => text(&mut self.query.get_or_insert_default().r#type, value),
            A::QueryClass => text(&mut self.query.get_or_insert_default().class, value),
            A::Answer => text(&mut self.answer, value),
            A::AnswerCode => known(&mut self.answer_code, words::answer_code(value)),
            A::FileName => self.put_file_name(value),
            A::FilePath => self.put_file_path(value),
            A::FileSize => number(&mut self.file.get_or_insert_default().size, value),
            A::FileHash => self.put_hash(value),
            A::FileUid => text(&mut self.file.get_or_insert_default().uid, value),
            A::FileCreated => {
                time(&mut self.file.get_or_insert_default().created_time, value, dating)
            }
            A::FileModified => {
                time(&mut self.file.get_or_insert_default().modified_time, value, dating)
            }
            A::Signature => text(&mut self.finding.signature, value),
            A::SignatureUid => text(&mut self.finding.signature_uid, value),
            A::FindingUid => text(&mut self.finding.uid, value),
            A::FindingStatus => text(&mut self.finding.status, value),
            A::Kind => push(&mut self.finding.kinds, value),
            A::Link => text(&mut self.finding.link, value),
            A::Technique => self.put_technique(value),
            A::Tactic => self.put_tactic(value),
            A::Malware => self.put_malware(value),
            A::LogonType => known(&mut self.logon_type, words::logon_type(value)),
            A::SessionUid => text(&mut self.session, value),
            A::EntityName => text(&mut self.entity_name, value),
            A::EntityKind => text(&mut self.entity_kind, value),
            A::EntityUid => text(&mut self.entity_uid, value),
            _ => false,
        }
    }

    pub(super) fn device(&mut self) -> &mut Device {
        self.mapped.event.device.get_or_insert_default()
    }

    pub(super) fn process(&mut self) -> &mut Process {
        self.process.get_or_insert_default()
    }

    pub(super) fn connection(&mut self) -> &mut NetworkConnectionInfo {
        self.connection.get_or_insert_default()
    }

    pub(super) fn request(&mut self) -> &mut HttpRequest {
        self.request.get_or_insert_default()
    }

    fn rule(&mut self) -> &mut FirewallRule {
        self.mapped.event.firewall_rule.get_or_insert_default()
    }

    fn policy(&mut self) -> &mut Policy {
        self.mapped.event.policy.get_or_insert_default()
    }

    /// Returns who acted, if anything of that is known.
    pub(super) fn take_actor(&mut self) -> Option<Box<Actor>> {
        let (user, process) = (self.user.take(), self.process.take());
        let app_name = self.program.take();
        let is_known = user.is_some() || process.is_some() || app_name.is_some();
        is_known.then(|| Box::new(Actor { user, process, app_name, ..Actor::default() }))
    }

    /// Returns the answers of a name server, if there is one.
    pub(super) fn take_answers(&mut self) -> Vec<DnsAnswer> {
        let rdata = self.answer.take();
        rdata
            .map(|rdata| DnsAnswer { rdata: Some(rdata), ..DnsAnswer::default() })
            .into_iter()
            .collect()
    }
}
