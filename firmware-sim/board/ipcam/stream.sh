#!/bin/sh
# Makes stream.h264 anew: 10 s of 25 pictures a second with a clock for people,
# and for programs the number of each picture as 16 bits along the upper edge,
# the lowest on the left, 16 × 16 pixels each, white for 1. Needs Debian's ffmpeg
# (5.1 made the one that is here) and fonts-dejavu-core.
set -eu
cd "$(dirname "$0")"
ffmpeg -v warning -y -f lavfi -i testsrc2=size=320x180:rate=25:duration=10 \
  -vf "drawtext=fontfile=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf:text='%{pts\:hms}':fontsize=32:fontcolor=white:box=1:boxcolor=black:x=60:y=80,\
geq=lum='if(lt(Y,16)*lt(X,256),16+219*mod(floor(N/pow(2,floor(X/16))),2),lum(X,Y))':cb='if(lt(Y,8)*lt(X,128),128,cb(X,Y))':cr='if(lt(Y,8)*lt(X,128),128,cr(X,Y))'" \
  -c:v libx264 -profile:v main -bf 0 -g 50 -sc_threshold 0 -crf 34 -threads 1 -bitexact \
  -f h264 stream.h264
