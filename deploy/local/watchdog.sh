#!/bin/sh
# Ends what its parent started if the parent is killed. It reads lines from a pipe whose other end only the parent holds:
#   watch PID SIGNAL   end this process group with this signal
#   forget PID         it has ended
#   remove PATH        temporary: remove it at the end
# When the pipe closes, whatever is still watched is ended. A shell, because it costs almost no memory.
trap '' HUP INT QUIT TERM
watched=''
remove=''
while read -r verb what signal; do
  case $verb in
    watch) watched="$watched $what:$signal" ;;
    forget)
      rest=''
      for entry in $watched; do
        [ "${entry%%:*}" = "$what" ] || rest="$rest $entry"
      done
      watched=$rest
      ;;
    remove) remove=$what ;;
  esac
done

any_left() {
  for entry in $watched; do
    kill -s 0 -- "-${entry%%:*}" 2>/dev/null && return 0
  done
  return 1
}

for entry in $watched; do
  kill -s "${entry##*:}" -- "-${entry%%:*}" 2>/dev/null
done
tries=0
while any_left && [ "$tries" -lt 25 ]; do
  sleep 0.2
  tries=$((tries + 1))
done
for entry in $watched; do
  kill -s KILL -- "-${entry%%:*}" 2>/dev/null
done
[ -z "$remove" ] || rm -rf -- "$remove"
