//! Real programs that tests talk to, from the ordinary package registries.
//!
//! Debian's packages are installed where this runs as root, for Alertmanager finds its templates only
//! where its package puts them; npm's go into a cache folder, Python's into an environment of their own
//! in it. What is there already is used as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::workspace::{has_program, root, run};

/// Where the peers are.
pub(crate) struct Peers {
    folder: PathBuf,
}

/// Random sequences that the simulation of the line runs: some minutes.
const SIMULATIONS: &str = "10000";

/// How long each fuzz target runs, in milliseconds: a minute for all two dozen of them.
const FUZZING_MILLIS: &str = "2500";

impl Peers {
    /// Names the folder: `signalbox-peers` in the user's cache.
    pub(crate) fn in_cache() -> anyhow::Result<Self> {
        let variable = |name: &str| {
            std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        let cache =
            variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
        let cache = cache.context("find the cache folder: set `XDG_CACHE_HOME` or `HOME`")?;
        Ok(Self { folder: cache.join("signalbox-peers") })
    }

    /// Fetches what is missing.
    ///
    /// # Errors
    /// Where a registry is out of reach, with the one line that installs the same by hand.
    pub(crate) fn install(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("make `{}`", self.folder.display()))?;
        install_debian().context(format!(
            "install them yourself: `sudo apt-get install --yes {}`",
            PACKAGES.join(" ")
        ))?;
        self.install_npm().context("is Node.js there? `sudo apt-get install --yes nodejs npm`")?;
        self.install_python().context("is Python there? `sudo apt-get install --yes python3-venv`")
    }

    /// Makes a command see the peers, and fail where one is missing; and simulate and fuzz as long as the full test does.
    pub(crate) fn require(&self, command: &mut Command) {
        command.env("NODE_PATH", self.folder.join("node_modules"));
        command.env("SIGNALBOX_PYTHON", self.python());
        command.env("SIGNALBOX_PEERS", "required");
        command.env("SIGNALBOX_TESTS", "full");
        command.env("SIGNALBOX_SIMULATION_COUNT", SIMULATIONS);
        command.env("BOLERO_RANDOM_TEST_TIME_MS", FUZZING_MILLIS);
    }

    /// The lock file names versions and their hashes, so that what is run is what was read.
    fn install_npm(&self) -> anyhow::Result<()> {
        let files = [
            ("package.json", include_str!("../peers/package.json")),
            ("package-lock.json", include_str!("../peers/package-lock.json")),
        ];
        let is_same = |(name, text): &(&str, &str)| {
            fs::read_to_string(self.folder.join(name)).is_ok_and(|stored| stored == *text)
        };
        if files.iter().all(is_same) && self.folder.join("node_modules").is_dir() {
            return Ok(());
        }
        for (name, text) in files {
            fs::write(self.folder.join(name), text).with_context(|| format!("write `{name}`"))?;
        }
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&self.folder))
    }

    /// Makes the environment anew when the list of packages has changed; the copy of the list in it is
    /// written last, so that an attempt that failed is made again.
    fn install_python(&self) -> anyhow::Result<()> {
        let (environment, wanted) = (self.folder.join("python"), root().join(REQUIREMENTS));
        let (stored, wanted_text) = (environment.join("requirements.txt"), read_file(&wanted)?);
        if self.python().is_file() && read_file(&stored).is_ok_and(|text| text == wanted_text) {
            return Ok(());
        }
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(self.python())
            .args(options)
            .args(["--require-hashes", "--requirement"])
            .arg(&wanted))?;
        fs::write(&stored, wanted_text).with_context(|| format!("write `{}`", stored.display()))
    }

    fn python(&self) -> PathBuf {
        self.folder.join("python/bin/python")
    }
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))
}

/// Debian's Python comes without what an environment is made with.
fn has_venv() -> bool {
    let status = Command::new("python3").args(["-c", "import ensurepip, venv"]).status();
    status.is_ok_and(|status| status.success())
}

/// Returns whether a package is installed, for those that bring no program.
fn has_package(name: &str) -> bool {
    let show = ["--show", "--showformat=${db:Status-Status}", name];
    let output = Command::new("dpkg-query").args(show).output();
    output.is_ok_and(|output| output.stdout == b"installed")
}

fn install_debian() -> anyhow::Result<()> {
    let is_complete = PROGRAMS.iter().all(|name| has_program(name))
        && LIBRARIES.iter().all(|name| has_package(name));
    if is_complete && has_venv() {
        return Ok(());
    }
    let install = || {
        let options = ["install", "--yes", "--quiet", "--no-install-recommends"];
        let mut command = Command::new("apt-get");
        run(command.args(options).args(PACKAGES).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // Without lists of packages, as in a fresh image, nothing is found.
    if install().is_err() {
        run(Command::new("apt-get").args(["update", "--quiet"]))?;
        install()?;
    }
    match PROGRAMS.iter().find(|name| !has_program(name)) {
        Some(missing) => bail!("the packages have no program `{missing}`"),
        None => Ok(()),
    }
}

const PACKAGES: [&str; 9] = [
    "bsdutils",
    "fiu-utils",
    "prometheus",
    "prometheus-alertmanager",
    "python3-venv",
    "rsyslog",
    "rsyslog-gnutls",
    "rsyslog-relp",
    "strace",
];

/// Those of them without a program.
const LIBRARIES: [&str; 2] = ["rsyslog-gnutls", "rsyslog-relp"];

/// Where the list of Python's packages is, in the workspace.
const REQUIREMENTS: &str = "xtask/peers/requirements.txt";

/// As Debian calls them.
const PROGRAMS: [&str; 7] =
    ["prometheus-alertmanager", "amtool", "promtool", "rsyslogd", "logger", "fiu-run", "strace"];
