#!/bin/sh
# One backup of a data folder, read to its end, and those before it for seven days: `subzero-backup FOLDER SHELF`. Copy to
# /usr/local/bin/subzero-backup. It ends at what fails first, so that nothing older goes unless the newest is whole.
set -eu
folder=$1
shelf=$2
file="$shelf/$(date -u +%Y-%m-%dT%H-%M-%SZ).sqlite"
subzero-server backup --data "$folder" "$file"
subzero-server verify "$file"
find "$shelf" -name '*.sqlite' -mtime +6 -delete
# What a machine that lost its power has left.
find "$shelf" -name '*.sqlite.partial' -mtime +0 -delete
