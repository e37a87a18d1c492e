from symattn.__main__ import main

main()
