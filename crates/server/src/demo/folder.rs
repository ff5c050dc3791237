//! Where a demonstration keeps its data: a directory of its own that goes with it, or one that was asked for.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use orderbase_kernel::Uuid;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;

/// A directory; dropping a temporary one removes it with all that is in it.
#[derive(Debug)]
pub enum Folder {
    Kept(PathBuf),
    Temporary(PathBuf),
}

impl Folder {
    /// Makes the directory, for its owner alone. `mark` makes the name of a temporary one its own; it must not exist.
    ///
    /// # Errors
    /// 78 where it cannot be made.
    pub fn open(kept: Option<&Path>, mark: Uuid) -> Result<Self, Failure> {
        let folder = match kept {
            Some(path) => Self::Kept(path.to_owned()),
            None => Self::Temporary(std::env::temp_dir().join(format!("orderbase-demo-{}", mark.simple()))),
        };
        folder.make().map_err(|error| {
            let problem = format!("the data directory {} cannot be made: {error}", folder.path().display());
            Failure::new(Exit::Config, problem)
        })?;
        Ok(folder)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }

    /// The directory, if it outlives the demonstration.
    #[must_use]
    pub fn kept(&self) -> Option<&Path> {
        match self {
            Self::Kept(path) => Some(path),
            Self::Temporary(_) => None,
        }
    }

    fn make(&self) -> io::Result<()> {
        let may_exist = matches!(self, Self::Kept(_));
        std::fs::DirBuilder::new().recursive(may_exist).mode(0o700).create(self.path())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self
            && let Err(error) = std::fs::remove_dir_all(&*path)
        {
            terminal::say(&format!("orderbase: {} was not removed: {error}", path.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_temporary_one_is_for_its_owner_and_goes() {
        let folder = Folder::open(None, Uuid::from_u128(std::process::id().into())).unwrap();
        let path = folder.path().to_owned();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::write(path.join("x"), "x").unwrap();
        assert!(folder.kept().is_none());
        assert_eq!(Folder::open(None, Uuid::from_u128(std::process::id().into())).unwrap_err().exit, Exit::Config);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn one_that_was_asked_for_stays() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        for _ in 0..2 {
            let folder = Folder::open(Some(&path), Uuid::nil()).unwrap();
            assert_eq!(folder.kept(), Some(path.as_path()));
        }
        assert!(path.is_dir());
    }
}
