//! The ring of master keys: configured, or in embedded mode a file that the first start makes.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use orderbase_infrastructure::security::MasterKeys;

use crate::config::{Config, Fault, Faults, Mode};
use crate::exit::Exit;
use crate::failure::Failure;

/// The file of embedded mode, in the data directory.
const FILE: &str = "master.key";

/// The ring, and where it came from.
pub struct Ring {
    pub keys: MasterKeys,
    /// The file that this start made.
    pub made: Option<PathBuf>,
}

/// The configured ring; in embedded mode else the one of `DATA_DIR/master.key`, which is made where it is missing.
///
/// # Errors
/// A file that cannot be read, holds no ring, or may be read by others (78).
pub fn ring(config: &Config) -> Result<Ring, Failure> {
    if let Some(keys) = config.top.master_ring() {
        return Ok(Ring { keys, made: None });
    }
    if config.mode() == Mode::Server {
        let fault = Fault::new("ORDERBASE_MASTER_KEYS", "is required in server mode")
            .fix("orderbase secret generate --kind master");
        return Err(Faults::from(fault).into());
    }
    let path = config.top.data_dir.join(FILE);
    match File::open(&path) {
        Ok(file) => Ok(Ring { keys: read(&path, file)?, made: None }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Ring { keys: make(&path)?, made: Some(path) }),
        Err(error) => Err(wrong(&path, &error.to_string())),
    }
}

fn read(path: &Path, mut file: File) -> Result<MasterKeys, Failure> {
    let unreadable = |error: std::io::Error| wrong(path, &error.to_string());
    if file.metadata().map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
        return Err(wrong(path, "others may read it, needs mode 0600"));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    MasterKeys::parse(text.trim()).map_err(|fault| wrong(path, &fault.to_string()))
}

/// Written under another name first, so that no half a key is ever found.
fn make(path: &Path) -> Result<MasterKeys, Failure> {
    let text = MasterKeys::generate().map_err(|fault| Failure::new(Exit::Internal, fault.to_string()))?;
    let partial = path.with_extension("key.partial");
    let written =
        File::options().create(true).truncate(true).write(true).mode(0o600).open(&partial).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&partial, path)
        });
    written.map_err(|error| wrong(path, &error.to_string()))?;
    MasterKeys::parse(&text).map_err(|fault| Failure::new(Exit::Internal, fault.to_string()))
}

fn wrong(path: &Path, problem: &str) -> Failure {
    Faults::from(Fault::new(path.display().to_string(), problem).why("it holds the keys that stored secrets hang on"))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Flag, Inputs};

    fn config(folder: &Path) -> Config {
        let assignment = format!("data_dir={}", folder.display());
        Config::load(&Inputs::of_flags(vec![Flag { flag: "--set", assignment }])).unwrap().config
    }

    #[test]
    fn the_first_start_makes_a_file_that_the_next_reads() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let path = folder.path().join(FILE);
        assert_eq!(ring(&config).unwrap().made, Some(path.clone()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        let again = ring(&config).unwrap();
        assert_eq!(again.made, None);
        let ids: Vec<_> = again.keys.ids().map(str::to_owned).collect();
        assert!(text.starts_with(&format!("{}:", ids[0])));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        ring(&config).unwrap();
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let open = ring(&config).err().unwrap();
        assert_eq!(open.exit, Exit::Config);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, text.replace(':', ";")).unwrap();
        let broken = ring(&config).err().unwrap();
        assert!(!broken.words.contains(text.trim().split_once(':').unwrap().1), "{broken}");
    }
}
