//! Values that are more than a text in its place: words with numbers, and objects made of one value.

use signalbox_model::ocsf::objects::{
    Attack, Fingerprint, Malware, NetworkTraffic, SubTechnique, Tactic, Technique,
};
use signalbox_model::ocsf::{ClassUid, Text};

use super::draft::Draft;
use super::place::{addresses, known, text};
use super::{value, words};

impl Draft {
    pub(super) fn put_outcome(&mut self, value: &str) -> bool {
        if self.mapped.event.status_id.is_some() || self.class.is_finding() {
            return false;
        }
        let Some(status) = words::outcome(value) else { return false };
        self.mapped.event.status_id = Some(status);
        true
    }

    pub(super) fn put_action(&mut self, value: &str) -> bool {
        if self.mapped.event.action_id.is_some() {
            return false;
        }
        let of_session = || match self.class {
            ClassUid::NetworkActivity => words::end_of_session(value),
            _ => None,
        };
        let found = words::action(value).or_else(of_session);
        let Some((action, disposition)) = found else { return false };
        self.mapped.event.action_id = Some(action);
        self.mapped.event.disposition_id = Some(disposition);
        true
    }

    pub(super) fn put_duration(&mut self, value: &str) -> bool {
        let milliseconds = value::integer(value).and_then(|seconds| seconds.checked_mul(1000));
        known(&mut self.mapped.event.duration, milliseconds)
    }

    pub(super) fn put_device_address(&mut self, value: &str) -> bool {
        if value::is_address(value) {
            text(&mut self.device().ip, value)
        } else {
            text(&mut self.device().hostname, value)
        }
    }

    pub(super) fn put_device_host(&mut self, value: &str) -> bool {
        let device = self.device();
        if device.hostname.is_none() && value::is_address(value) {
            return text(&mut device.ip, value);
        }
        text(&mut device.hostname, value)
    }

    pub(super) fn put_protocol(&mut self, value: &str) -> bool {
        let Some((name, number)) = words::protocol(value) else { return false };
        let connection = self.connection();
        if connection.protocol_name.is_some() {
            return connection.protocol_name.as_deref() == Some(name);
        }
        connection.protocol_name = Some(Text::const_new(name));
        connection.protocol_num = Some(number);
        true
    }

    pub(super) fn put_traffic(
        &mut self,
        place: fn(&mut NetworkTraffic) -> &mut Option<i64>,
        value: &str,
    ) -> bool {
        let number = value::integer(value);
        number.is_some() && known(place(self.traffic.get_or_insert_default()), number)
    }

    pub(super) fn put_forwarded_for(&mut self, value: &str) -> bool {
        let Some(list) = addresses(value) else { return false };
        self.request().x_forwarded_for.extend(list);
        true
    }

    pub(super) fn put_method(&mut self, value: &str) -> bool {
        let Some(method) = words::method(value) else { return false };
        text(&mut self.request().http_method, method)
    }

    pub(super) fn put_url(&mut self, value: &str) -> bool {
        // PAN-OS escapes the quotes it puts around.
        let plain = Some(value.trim_matches(['\\', '"'])).filter(|plain| !plain.is_empty());
        text(&mut self.url.get_or_insert_default().url_string, plain.unwrap_or(value))
    }

    pub(super) fn put_direction(&mut self, value: &str) -> bool {
        let direction = words::direction(value);
        direction.is_some() && known(&mut self.connection().direction_id, direction)
    }

    pub(super) fn put_file_name(&mut self, value: &str) -> bool {
        let file = self.file.get_or_insert_default();
        // Some put the path there.
        let name = value::file_name(value);
        if !name.is_empty() && name.len() < value.len() {
            return text(&mut file.path, value)
                && (file.name.is_some() || text(&mut file.name, name));
        }
        text(&mut file.name, value)
    }

    pub(super) fn put_file_path(&mut self, value: &str) -> bool {
        text(&mut self.file.get_or_insert_default().path, value)
    }

    pub(super) fn put_hash(&mut self, value: &str) -> bool {
        let Some(algorithm) = value::hash_algorithm(value) else { return false };
        let file = self.file.get_or_insert_default();
        if file.hashes.iter().any(|hash| hash.algorithm_id == Some(algorithm)) {
            return false;
        }
        file.hashes.push(Fingerprint {
            algorithm_id: Some(algorithm),
            algorithm: None,
            value: Some(Text::new(value)),
        });
        true
    }

    pub(super) fn put_technique(&mut self, value: &str) -> bool {
        let Some((technique, below)) = value::technique(value) else { return false };
        let named = |uid: &str| Some(Text::new(uid));
        self.mapped.event.attacks.push(Attack {
            technique: Some(Box::new(Technique { uid: named(technique), ..Technique::default() })),
            sub_technique: below
                .map(|uid| Box::new(SubTechnique { uid: named(uid), ..SubTechnique::default() })),
            ..Attack::default()
        });
        true
    }

    pub(super) fn put_tactic(&mut self, value: &str) -> bool {
        let tactic = Tactic { name: Some(Text::new(value)), ..Tactic::default() };
        self.mapped
            .event
            .attacks
            .push(Attack { tactic: Some(Box::new(tactic)), ..Attack::default() });
        true
    }

    pub(super) fn put_malware(&mut self, value: &str) -> bool {
        let name = Some(Text::new(value));
        self.mapped.event.malware.push(Malware { name, ..Malware::default() });
        true
    }
}
