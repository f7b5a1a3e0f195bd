//! The file as a vendor: what is on the disk is what it holds, and a folder can stand in the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;
use signalbox_sdk::testkit::certification::{
    Certification, Held, Place, Plan, Receiver, Setup, Trouble, Vendor,
};

pub(super) const CERTIFICATION: &[Certification] =
    &[Certification::Destination(|_| Arc::new(Folder::default()))];

/// The folder that the file is in.
#[derive(Default)]
struct Folder {
    path: Mutex<PathBuf>,
}

impl Folder {
    fn away(&self) -> PathBuf {
        self.path.lock().with_extension("away")
    }

    /// Puts a file where the folder was. Permissions would not do: they do not hold back root.
    fn block(&self) -> std::io::Result<()> {
        let path = self.path.lock().clone();
        fs::create_dir_all(&path)?;
        fs::rename(&path, self.away())?;
        fs::write(path, "")
    }
}

impl Vendor for Folder {
    fn router(&self) -> Option<Router> {
        None
    }

    fn setup(&self, place: &Place) -> Setup {
        let path = place.folder.join("out");
        let config = json!({ "path": file_in(&path) });
        *self.path.lock() = path;
        Setup { config, environment: Vec::new() }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::Unavailable => match self.block() {
                Ok(()) => Plan::Arranged,
                Err(_) => Plan::NotApplicable("the folder could not be put aside on this machine"),
            },
            Trouble::Unauthorized(_) => Plan::NotApplicable(
                "a folder asks for no credentials; one that takes nothing is `unavailable`",
            ),
            Trouble::Throttled(_) => Plan::NotApplicable("a disk asks nobody to slow down"),
            Trouble::Rejected => Plan::NotApplicable("a file refuses no line"),
            Trouble::Expired => Plan::NotApplicable("nothing is granted that could expire"),
            _ => Plan::NotApplicable("a file is written, not called: nobody answers it"),
        }
    }

    fn mend(&self) {
        let path = self.path.lock().clone();
        if fs::remove_file(&path).is_ok() {
            fs::rename(self.away(), path).ok();
        }
    }
}

impl Receiver for Folder {
    /// A line that is no notification is held without a key, which no delivery has.
    fn held(&self) -> Vec<Held> {
        let text = fs::read_to_string(file_in(&self.path.lock())).unwrap_or_default();
        text.lines().map(held).collect()
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("events.ndjson")
}

fn held(line: &str) -> Held {
    #[derive(Deserialize)]
    struct Line {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        key: String,
        rendered: Rendered,
    }
    #[derive(Deserialize)]
    struct Rendered {
        title: String,
        body: String,
    }
    match serde_json::from_str::<Line>(line) {
        Ok(Line { data: Data { key, rendered } }) => {
            Held { key, text: format!("{}\n{}", rendered.title, rendered.body) }
        }
        Err(error) => Held { key: String::new(), text: format!("no line of ours: {error}") },
    }
}
